"""Reading notes for themes: which notes there are of a period, and what each carries already."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from audits import graded
from audits.access import one_or_404, visible_audits
from audits.form_boxes import BOXES, RECORD, boxes_about_record, boxes_in, called_by
from audits.models import CASE_NUMBER, Audit, FamilyAnswer, Note, number_of
from people import access
from people.models import User
from people.roles import Permission
from reporting.models import Quotation, Theme
from reporting.periods import Period
from reporting.sections.base import finalised_between

__all__ = ["Note", "NotesOfPeriod", "note_or_404", "pile"]
SOURCES = ("note__audit", "answer__ask__audit", "answer__question")
"""Where a quotation comes from."""
SIDES = {"works-well": Theme.Side.WELL, "good-practice": Theme.Side.WELL, "worried": Theme.Side.WORRIED}


@dataclass(frozen=True)
class ReadNote:
    """One note with the question it answers and what it carries; `standard`: the one that it stands under, if any."""

    note: Note
    title: str
    standard: int | None
    tags: list[Theme]
    picked: int


@dataclass(frozen=True)
class NotesOfPeriod:
    """The notes of a period, those without a tag first, and how many there are of each."""

    period: Period
    notes: list[ReadNote]
    tagged: int

    @property
    def left(self) -> int:
        """How many carry nothing yet."""
        return len(self.notes) - self.tagged


def own_audits(user: User) -> QuerySet[Audit]:
    """The audits whose notes a person puts themes on: all for QA, their own for an auditor."""
    audits = visible_audits(user)
    return audits if access.sees_all(user, Permission.SEE_AUDIT) else audits.filter(auditor=user)


def readable(user: User) -> Q:
    """The notes one may read for themes: of such audits, once they are final."""
    return Q(audit__state__in=Audit.FINAL, audit__in=own_audits(user)) & ~Q(text="")


def live_or_404(user: User, ref: str) -> Audit:
    """An audit to whose notes one may put themes in its meeting; else 404."""
    return one_or_404(own_audits(user), ref)


def at_step(audit: Audit, step: str) -> list[ReadNote]:
    """The notes with words of one step of a meeting, in the order of its form: two queries. 404 where the step has
    no notes at all."""
    number = number_of(graded.meant_step(audit, step))
    about_record = boxes_about_record(audit.standard_set)
    boxes = about_record if step == RECORD else boxes_in(audit, number) if graded.grades(audit, number) else ()
    if not boxes:
        raise Http404
    slugs = [box.slug for box in boxes]
    notes = audit.notes.filter(slug__in=slugs).exclude(text="").prefetch_related("tags__theme")
    return [_read(note) for note in sorted(notes, key=lambda note: slugs.index(note.slug))]


def pile(user: User, period: Period) -> NotesOfPeriod:
    """The notes with words of the audits finalised in the period: three queries."""
    notes = (
        Note.objects.filter(readable(user), finalised_between(period, period, "audit__"))
        .select_related("audit__standard_set")
        .prefetch_related("tags__theme")
        .annotate(picked=Count("quotations", distinct=True))
        .order_by("audit__finalised_at", "audit", "pk")
    )
    reads = [_read(note) for note in notes if note.slug in BOXES]
    reads.sort(key=lambda read: bool(read.tags))
    return NotesOfPeriod(period, reads, sum(1 for read in reads if read.tags))


def note_or_404(user: User, pk: int) -> ReadNote:
    """One note, if the person may read it for themes; else 404."""
    note = (
        Note.objects.filter(readable(user), pk=pk)
        .select_related("audit__standard_set")
        .prefetch_related("tags__theme")
        .annotate(picked=Count("quotations", distinct=True))
        .first()
    )
    if note is None or note.slug not in BOXES:
        raise Http404
    return _read(note)


def answer_or_404(user: User, pk: int) -> FamilyAnswer:
    """What a family answered to one question, of a final audit whose notes the person may read for themes; else 404."""
    answer = (
        FamilyAnswer.objects.filter(ask__audit__state__in=Audit.FINAL, ask__audit__in=own_audits(user), pk=pk)
        .exclude(ask__answered=None)
        .select_related("ask__audit", "question")
        .first()
    )
    if answer is None or not answer.said:
        raise Http404
    return answer


def may_pick(user: User) -> bool:
    """Whether the person picks lines to be quoted."""
    return access.may(user, Permission.KEEP_THEMES)


def _read(note: Note) -> ReadNote:
    number = BOXES[note.slug].number
    where = "The case: " if number == CASE_NUMBER else f"Standard {number}: " if number else ""
    tags = [tag.theme for tag in note.tags.all()]
    standard = number % CASE_NUMBER or None
    return ReadNote(
        note,
        where + called_by(note.audit.standard_set, BOXES[note.slug]).title,
        standard,
        tags,
        getattr(note, "picked", 0),
    )


def offered(note: Note, vocabulary: list[Theme]) -> list[Theme]:
    """The themes that fit a note: those of its heading's side, its own standard's first."""
    number = BOXES[note.slug].number
    side = next((side for slug, side in SIDES.items() if note.slug.endswith(slug)), None)
    fit = [theme for theme in vocabulary if side is None or theme.side == side]
    return sorted(fit, key=lambda theme: (theme.standard != number, theme.side, theme.name))


def themes_with_counts() -> list[Theme]:
    """Every theme, with on how many notes it is: one query."""
    return list(Theme.objects.annotate(used=Count("tags")).order_by("retired", "side", "standard", "name"))


def quotations_waiting_first() -> list[Quotation]:
    """Every picked line, those that wait first: one query."""
    waiting = Quotation.State.OFFERED
    quotations = Quotation.objects.select_related("offered_by", "settled_by", *SOURCES)
    return sorted(quotations, key=lambda quotation: (quotation.state != waiting, -quotation.pk))


def quotation_or_404(pk: int) -> Quotation:
    """One picked line; else 404."""
    quotation = Quotation.objects.select_related(*SOURCES, "offered_by").filter(pk=pk).first()
    if quotation is None:
        raise Http404
    return quotation


def theme_or_404(pk: int) -> Theme:
    """One theme; else 404."""
    theme = Theme.objects.filter(pk=pk).first()
    if theme is None:
        raise Http404
    return theme
