"""What the panel reads of an audit: exactly what was recorded, without its grades until they are revealed.

Before the reveal nothing leaves here that tells a grade: not the agreed ones, not the chairs' proposals, not the QA
Team's advice, nor the plan, for an action is asked for wherever a grade is low (docs/adr, the panel).
"""

from __future__ import annotations

from dataclasses import replace

from audits.models import Review
from audits.record import Chapter, Record, record


def content(review: Review) -> Record:
    """The record as the panel may read it now."""
    whole = record(review.audit)
    return blind(whole) if review.state == Review.State.BLIND else whole


def blind(whole: Record) -> Record:
    """The record without its grades and whatever would tell them."""
    return Record(tuple(map(unseen, whole.chapters)), whole.indicators, whole.record, plan=(), digest="")


def unseen(one: Chapter) -> Chapter:
    """One chapter with its notes and marks alone; why a standard does not apply is no grade."""
    why = "" if one.applies else one.why
    return replace(one, grade="", how="", why=why, advice="", rounds=(), regraded="")
