"""Themes of the notes: a vocabulary that QA keeps, tags that tie notes to it, and lines picked to be quoted.

A line reaches a reader only as it was cleaned by one person and cleared by another (strategy 7: qualitative analysis).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from audits.models import Audit, FamilyAnswer, FamilyAsk, Note
from people import access, trail
from people.models import User
from people.roles import Permission
from people.sent_twice import AGAIN, same_row
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, allows, written
from reporting.models import Quotation, Tag, Theme
from reporting.periods import Period, month_of, parse
from reporting.reports.drafting import fit
from reporting.sections.event import MESSAGES
from reporting.states import QUOTATION

LONGEST_LINE = 400


def coin(
    *, name: str, side: str, standard: int | None, professional: int | None = None, by: User, at: datetime
) -> Theme:
    """Add a theme to the vocabulary. Refuses (`Refused`, 422) one without a name, or that is there already."""
    with trail.acting(by=by, at=at) as act:
        access.check(by, Permission.KEEP_THEMES)
        name = written(" ".join(name.split()), "name", "Give the theme a name, such as “Chronology out of date”.")
        if Theme.objects.filter(name__iexact=name).exists():
            raise Refused(f"There is a theme “{name}” already. Use that one, or bring it back.", "name")
        try:
            with transaction.atomic():
                theme = Theme.objects.create(name=name, side=side, standard=standard, professional=professional)
        except IntegrityError as twice:
            raise Refused(f"There is a theme “{name}” already. Use that one, or bring it back.", "name") from twice
        act.add(
            "theme.coin",
            theme,
            content={"name": name, "side": side, "standard": standard, "professional": professional},
        )
    return theme


def retire_theme(*, theme: Theme, by: User, at: datetime) -> Theme:
    """Take a theme out of use, or bring it back. It stays on what it was put on."""
    with trail.acting(by=by, at=at) as act:
        access.check(by, Permission.KEEP_THEMES)
        theme = Theme.objects.select_for_update().get(pk=theme.pk)
        theme.retired = not theme.retired
        theme.save(update_fields=["retired"])
        act.add("theme.retire" if theme.retired else "theme.bring_back", theme)
    return theme


def tag(*, note: Note, themes: Iterable[Theme], by: User, at: datetime) -> None:
    """Let a note carry exactly these themes. Refuses (`Refused`, 422) a retired one that it did not carry before."""
    with trail.acting(by=by, at=at) as act:
        _carry({note: themes}, act, by=by, at=at)


def tag_at_meeting(*, audit: Audit, chosen: Mapping[Note, Iterable[Theme]], by: User, at: datetime) -> None:
    """As `tag`, for several notes of an audit while its meeting goes on. They are no part of what is signed.

    Refuses (`NotNow`, 409) before and after the meeting, and while it is paused; and what `tag` refuses.
    """
    with trail.acting(by=by, at=at) as act:
        check_tag_at_meeting(Audit.objects.select_for_update().get(pk=audit.pk))
        _carry(chosen, act, by=by, at=at)


def check_tag_at_meeting(audit: Audit) -> None:
    """Refuse (`NotNow`) an audit whose meeting does not go on."""
    if audit.state != Audit.State.IN_MEETING or audit.paused_at is not None:
        raise NotNow("Its meeting does not go on now. Once the audit is finalised, its notes are under Themes.")


def _carry(chosen: Mapping[Note, Iterable[Theme]], act: trail.Act, *, by: User, at: datetime) -> None:
    """Let each note carry exactly its themes: four queries, however many notes there are. The notes are locked, so that
    of two at once the second finds what the first has put on."""
    list(
        Note.objects.select_for_update(no_key=True)
        .filter(pk__in=[note.pk for note in chosen])
        .order_by("pk")
        .values("pk")
    )
    before: dict[int, dict[int, Tag]] = {note.pk: {} for note in chosen}
    for tagged in Tag.objects.select_for_update().filter(note__in=chosen):
        before[tagged.note_id][tagged.theme_id] = tagged
    put, gone = [], []
    for note, themes in chosen.items():
        wanted, had = {theme.pk: theme for theme in themes}, before[note.pk]
        new = [theme for pk, theme in wanted.items() if pk not in had]
        if retired := next((theme for theme in new if theme.retired), None):
            raise Refused(f"“{retired}” is no longer used. Choose another theme.", "themes")
        put += [Tag(note=note, audit_id=note.audit_id, theme=theme, tagged_at=at, tagged_by=by) for theme in new]
        gone += [tagged.pk for pk, tagged in had.items() if pk not in wanted]
        if set(had) != set(wanted):
            act.add("note.tag", note.audit, content={"note": note.slug, "themes": sorted(map(str, wanted.values()))})
    Tag.objects.filter(pk__in=gone).delete()
    Tag.objects.bulk_create(put)


def pick_quotation(
    *,
    note: Note,
    line: str,
    words: str,
    kind: str,
    speaker: str,
    standard: int | None,
    by: User,
    at: datetime,
    message: int | None = None,
) -> Quotation:
    """Pick a line of a note, as it stands there, and write it as it may be read: no name, nothing that points to a
    child. It waits for a second person. A line of a story says which `message` of the learning event it is behind.

    Refuses (`Refused`, 422) a line that is not in the note, or too long; a story without its message, or behind a
    message that another audit's story is behind already.
    """
    with trail.acting(by=by, at=at) as act:
        line = written(line.strip(), "line", "Copy the line from the note.")
        if " ".join(line.split()) not in " ".join(note.text.split()):
            raise Refused("That line is not in the note as you wrote it. Copy it from the note, word for word.", "line")
        words = readable_words(words)
        check_story(note, kind=kind, message=message)
        values = {
            "note": note,
            "kind": kind,
            "message": message if kind == Quotation.Kind.STORY else None,
            "speaker": speaker,
            "standard": standard,
            "line": line,
            "words": words,
            "offered_by": by,
        }
        there = same_row(Quotation.objects.all(), by=by, **values, offered_at__gt=at - AGAIN)
        if there is not None:
            return there
        quotation = Quotation.objects.create(**values, offered_at=at)
        act.add("quotation.pick", quotation, now=quotation.state, content={"words": words})
    return quotation


def check_story(note: Note, *, kind: str, message: int | None) -> None:
    """Refuse (`Refused`, 422) a line of a story without its message, and one of another audit than the message's other
    lines of that half-year."""
    if kind != Quotation.Kind.STORY:
        return
    if message not in MESSAGES:
        raise Refused("Choose which of the three messages the story is behind.", "message")
    behind = Quotation.objects.filter(kind=kind, message=message).exclude(state=Quotation.State.RETURNED)
    others = behind.exclude(note__audit=note.audit).values_list("note__audit__ref", "note__audit__finalised_at")
    for ref, finalised_at in others:
        if half_of(finalised_at) == half_of(note.audit.finalised_at):
            raise Refused(
                f"The story behind message {message} is of {ref}. One audit tells it: choose another message, or have "
                "its lines set aside first.",
                "message",
            )


def half_of(finalised_at: datetime | None) -> Period | None:
    """The half of the council's year in which an audit was finalised, as learning events have it."""
    if finalised_at is None:
        return None
    month = month_of(day_of(finalised_at))
    return parse(f"{month.council_year}H{(month.quarter + 1) // 2}")


def pick_answer(*, answer: FamilyAnswer, words: str, standard: int | None, by: User, at: datetime) -> Quotation:
    """Pick what a family answered and write it as it may be read: no name, nothing that points to a child. It waits for
    a second person, as a line of a note does. Refuses (`Refused`, 422) no words, or too many; (`NotNow`, 409) an answer
    that is not there any more."""
    with trail.acting(by=by, at=at) as act:
        ask = FamilyAsk.objects.select_for_update(of=("self",)).get(pk=answer.ask_id)
        if ask.answered is None or not answer.said:
            raise NotNow("There is no answer here any more.")
        words = readable_words(words)
        child = ask.speaker == FamilyAsk.Speaker.CHILD
        values = {
            "answer": answer,
            "kind": Quotation.Kind.QUOTE,
            "speaker": Quotation.Speaker.CHILD if child else Quotation.Speaker.FAMILY,
            "standard": standard,
            "words": words,
            "offered_by": by,
        }
        there = same_row(Quotation.objects.all(), by=by, **values, offered_at__gt=at - AGAIN)
        if there is not None:
            return there
        quotation = Quotation.objects.create(**values, offered_at=at)
        act.add("quotation.pick", quotation, now=quotation.state, content={"words": words})
    return quotation


def readable_words(words: str) -> str:
    """A line as it may be read. Refuses (`Refused`, 422) none, or one over `LONGEST_LINE` characters."""
    words = written(fit(words, "words"), "words", "Write the line as it may be read.")
    if len(words) > LONGEST_LINE:
        raise Refused(f"Keep it to {LONGEST_LINE} characters; this has {len(words)}.", "words")
    return words


def settle_quotation(*, quotation: Quotation, clear: bool, why: str, by: User, at: datetime) -> Quotation:
    """Clear a line for use, or say why it is not to be used; also one that was cleared before.

    Refuses (`NotAllowed`, 403) whoever picked it; (`NotNow`, 409) what was settled; (`Refused`, 422) no reason.
    """
    with trail.acting(by=by, at=at) as act:
        quotation = Quotation.objects.select_for_update().get(pk=quotation.pk)
        check_settle(quotation, by)
        was, move = quotation.state, "clear" if clear else "refuse"
        quotation.state = QUOTATION.check(was, move)
        quotation.why = "" if clear else written(why, "why", "Say why it is not to be used, so that it can be mended.")
        quotation.settled_at, quotation.settled_by = at, by
        quotation.save(update_fields=["state", "why", "settled_at", "settled_by"])
        act.add(f"quotation.{move}", quotation, was=was, now=quotation.state, why=quotation.why)
    return quotation


def check_settle(quotation: Quotation, by: User) -> None:
    """Refuse whoever picked it or may not (`NotAllowed`), and one that is not to be used (`NotNow`)."""
    access.check(by, Permission.KEEP_THEMES)
    if by.pk == quotation.offered_by_id:
        raise NotAllowed("You picked this line. Someone else has to read it before it is used.")
    if quotation.state == Quotation.State.RETURNED:
        raise NotNow("It is not to be used. Pick the line again, in other words.")


def can_settle(quotation: Quotation, by: User) -> bool:
    """Whether `check_settle` would let it pass."""
    return allows(check_settle, quotation, by)
