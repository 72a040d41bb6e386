"""The ladder."""

from typing import Any


def on_audit_graded(**kwargs: Any) -> None:
    """Open what the grade asks for."""
