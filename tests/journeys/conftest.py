"""A journey begins with an empty council: what there is comes from the extracts."""

from __future__ import annotations

from typing import Any

import pytest

from standards.models import StandardSet
from tests.browser.conftest import browser_page, fixed_day, no_fault

__all__ = ["browser_page", "fixed_day", "no_fault"]


@pytest.fixture
def site(live_server: Any, v7: StandardSet) -> Any:
    """The server, with the standards and the calendar and nobody in it."""
    return live_server
