"""What points to a person is told from what does not; the browser is asked the same of the same list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qualitycounts.base.identifiers import identifiers_in, is_nhs_number

CASES: list[tuple[str, list[str]]] = json.loads(Path(__file__).with_name("identifiers.json").read_text("utf-8"))


@pytest.mark.once
def test_each_kind_is_noticed_and_dates_and_references_are_not() -> None:
    noticed = [(text, [found.kind for found in identifiers_in(text)]) for text, _ in CASES]
    assert noticed == [(text, kinds) for text, kinds in CASES]
    assert [number for number in range(9434765910, 9434765920) if is_nhs_number(str(number))] == [9434765919]
