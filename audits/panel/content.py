"""What the panel reads of an audit: exactly what was recorded, without its grades until they are revealed.

Before the reveal nothing leaves here that tells a grade: not the agreed ones, not the chairs' proposals, not the QA
Team's advice, nor the plan, for an action is asked for wherever a grade is low (docs/adr, the panel).
"""

from __future__ import annotations

from dataclasses import replace

from audits.models import Review
from audits.record.signed_record import RecordChapter, SignedRecord, build_record


def content(review: Review) -> SignedRecord:
    """The record as the panel may read it now."""
    whole = build_record(review.audit)
    return blind(whole) if review.state == Review.State.BLIND else whole


def blind(whole: SignedRecord) -> SignedRecord:
    """The record without its grades and whatever would tell them."""
    return SignedRecord(tuple(map(unseen, whole.chapters)), whole.indicators, whole.record, plan=(), digest="")


def unseen(record_chapter: RecordChapter) -> RecordChapter:
    """One chapter with its notes and marks alone; why a standard does not apply is no grade."""
    why = "" if record_chapter.applies else record_chapter.why
    return replace(record_chapter, grade="", how="", why=why, advice="", rounds=(), regraded="")
