"""The panel's terms of reference: a page, and its yearly review (strategy 7; lifecycle: Panel)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from audits.models import PanelTerms
from people import access, trail
from people.models import User
from people.roles import Role
from people.sent_twice import same_row
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, Stale, written
from standards.timescales import add_months

REVIEW_MONTHS = 12
"""Months from one review of the terms to the next (strategy 7)."""
LONGEST = 20_000
HEADING = "## "
FIRST = """## What the panel is for

The panel asks of a sample of finished audits whether what was written justifies the grade. It checks the auditors’ \
judgement, not the worker’s: its findings are about audits.

## Who sits on it

The Head of Quality Assurance is in the chair. Heads of Service, the Principal Social Worker and members named for the \
month give a grade each. The Quality Assurance Officer draws the sample and keeps the minutes. Where the chair is \
away, or too near a case, the deputy named for the month decides.

## What it looks at

Every audit graded Inadequate and every one graded Outstanding, the first two audits of each new auditor, and one in \
five of the rest, drawn by lot; at least three in all. How the lot fell can be worked out again by anyone.

## How it works

Members read exactly what was recorded, without its grades, and give their own for each standard that applies and for \
the case. Once everyone who is there has finished, all grades are shown together with the signed one. Then the panel \
says whether the content justifies the grade, whether the actions are SMART and answer what was found, and what was \
missing. The chair records that the grade is upheld, or changes it with a reason.

## Who takes no part

Whoever audited a case, advised or ruled on one of its grades, supervised it, manages its keyworker, works in the \
keyworker’s team or heads its service; and whoever says that they are too near.

## What comes of it

A grade that is lowered opens its escalation that day, with the actions that were missing. A grade that is raised ends \
it. What was signed stays readable. The auditor hears what was good and what to do next time, the worker what the \
panel found, and everyone what can be learned, without the child.

## How often

Once a month. These terms are looked at again every year."""


@dataclass(frozen=True, slots=True)
class TermsPart:
    """A headed part of the terms, with its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms as they stand: their parts, who reviewed them when, and by when again."""

    text: str
    parts: tuple[TermsPart, ...]
    last: PanelTerms | None
    due_on: date | None

    @property
    def version(self) -> int:
        """What a page that changes them was made from."""
        return self.last.pk if self.last else 0


def terms_in_force() -> Terms:
    """The terms as they stand; before the first review, those the product comes with, due at once."""
    last = PanelTerms.objects.select_related("reviewed_by").first()
    text = last.text if last else FIRST
    due_on = add_months(day_of(last.reviewed_at), REVIEW_MONTHS) if last else None
    return Terms(text, terms_parts(text), last, due_on)


def reviews() -> QuerySet[PanelTerms]:
    """Every review, the latest first."""
    return PanelTerms.objects.select_related("reviewed_by").defer("text")


def terms_parts(text: str) -> tuple[TermsPart, ...]:
    """The text by its headings: a line that begins with “## ”. What stands before the first has none."""
    sections: list[tuple[str, list[str]]] = []
    for block in (paragraph.strip() for paragraph in text.split("\n\n")):
        if block.startswith(HEADING):
            heading, _, rest = block.removeprefix(HEADING).partition("\n")
            sections.append((heading.strip(), [rest.strip()] if rest.strip() else []))
        elif block:
            if not sections:
                sections.append(("", []))
            sections[-1][1].append(block)
    return tuple(TermsPart(heading, tuple(paragraphs)) for heading, paragraphs in sections)


def check_review(*, by: User) -> None:
    """Refused (403) unless `by` is the Head of QA."""
    if not access.holds(by, Role.HEAD_OF_QA):
        raise NotAllowed("The Head of QA reviews the panel’s terms of reference.")


def review(*, text: str, note: str, version: int, by: User, at: datetime) -> PanelTerms:
    """Look at the terms again: as they are, or changed, with a note of what changed. The earlier ones are kept.

    Refused: not the Head of QA (403), reviewed meanwhile in another window (409), no text or no note (422).
    """
    with trail.acting(by=by, at=at) as act:
        check_review(by=by)
        same_row(PanelTerms.objects.all(), by=by)
        PanelTerms.objects.select_for_update().order_by("-pk").first()
        last = PanelTerms.objects.order_by("-pk").first()  # read anew: another review may have been waited for
        if (last.pk if last else 0) != version:
            raise Stale("The terms were reviewed in another window. Read them again; what you typed is below.")
        kept = PanelTerms.objects.create(
            text=written(text.replace("\r\n", "\n"), "text", "The terms cannot be empty.", most=LONGEST),
            note=written(note, "note", "Say what the review changed, or that nothing had to change.", most=1000),
            reviewed_at=at,
            reviewed_by=by,
        )
        act.add("panel.terms_reviewed", kept, why=kept.note)
    return kept
