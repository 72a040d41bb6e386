"""The register is filled from the monthly extracts: looked at first, applied second, each exactly once.

Strategy, App. 2, before the meeting: cases are chosen at random from it, a month ahead of the audits.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from audits.models import Import
from audits.register import cases, kept_before, kept_rows, reallocation, worker_names
from audits.register.closing_guard import check_closing, check_closing_why
from audits.register.mapping.guess import guess_file
from audits.register.raw_files import ORDINARY, Limits
from audits.register.reading import (
    Reading,
    UnmappedFile,
    clean_file,
    compare_file,
    compare_with_register,
    read_file,
)
from people import staff, staff_names, trail
from people import welcome as welcome_mails
from people.list_answers import WHOLE_LIST, ListAnswers
from people.models import User
from qualitycounts.base.refusals import NotNow, Refused, Stale

Kind, State = Import.Kind, Import.State
KEPT = timedelta(days=1)
"""How long the rows of a file that was looked at wait to be applied: they are children's details."""


def keep_preview(
    *,
    kind: str,
    data: bytes,
    name: str,
    as_at: date,
    by: User | None,
    at: datetime,
    granting: bool = False,
    answers: ListAnswers = WHOLE_LIST,
    mapping: str = "",
    asks: bool = False,
    limits: Limits = ORDINARY,
) -> Import:
    """Keep the cleaned rows of a file with what they would change, to be looked at before it is applied.

    The file itself is not kept. Refuses what `read_file` refuses; that a file was refused, and why, is kept by its
    hash, and nothing of what is in it. With `asks` there is somebody to say which column is which: a file that has to
    be mapped first is raised as `UnmappedFile`, and nothing is written.
    """
    try:
        reading = read_file(
            kind=kind,
            data=data,
            name=name,
            as_at=as_at,
            mapping=mapping,
            asks_words=asks,
            limits=limits,
            brought_by=[by.pk] if by is not None else [],
            granting=granting,
            answers=answers,
        )
    except Refused as refusal:
        if not (asks and isinstance(refusal, UnmappedFile) and guess_file(refusal.file, kind)):
            refuse(kind=kind, data=data, name=name, as_at=as_at, why=refusal.sentence, by=by, at=at)
        raise
    forget_abandoned_rows(at=at)
    with trail.acting(by=by, at=at) as act:
        looked_at = new_import(kind=kind, data=data, name=name, as_at=as_at)
        keep_reading(looked_at, reading, act, rows=kept_rows.pack_rows(reading.cleaned))
    return looked_at


def new_import(*, kind: str, data: bytes, name: str, as_at: date, **more: Any) -> Import:
    """The record of a file, not yet kept: its name and its hash, and nothing of what is in it."""
    file_hash = hashlib.sha256(data).hexdigest()
    return Import(kind=kind, file_name=name[:200], file_hash=file_hash, as_at=as_at, **more)


def keep_reading(looked_at: Import, reading: Reading, act: trail.Act, *, rows: bytes | None) -> None:
    """Keep what a file would change and, to be applied later, its cleaned rows."""
    looked_at.state, looked_at.data = State.PREVIEWED, rows
    looked_at.counts, looked_at.problems = reading.counts, reading.problems
    looked_at.dropped_columns, looked_at.mapping_name = reading.dropped, reading.layout_name
    looked_at.answers = reading.answers.as_json()
    looked_at.applied_before, looked_at.read_at, looked_at.read_by = how_many_applied(), act.at, act.by
    looked_at.save()
    act.add("import.previewed", looked_at, now=looked_at.state, content={"file": looked_at.file_hash})


def refuse(*, kind: str, data: bytes, name: str, as_at: date, why: str, by: User | None, at: datetime) -> None:
    """Write down that a file was refused."""
    with trail.acting(by=by, at=at) as act:
        more = {"state": State.REFUSED, "refused_why": why, "read_at": at, "read_by": by}
        refused = new_import(kind=kind, data=data, name=name, as_at=as_at, **more)
        refused.save()
        act.add("import.refused", refused, now=refused.state, why=why, content={"file": refused.file_hash})


def take_names(applied: Import, answers: ListAnswers, act: trail.Act) -> None:
    """Give whoever and whatever a file names anew the new name, before its changes are worked out for good."""
    if applied.kind == Kind.STAFF:
        staff_names.take_names(answers, act)
    else:
        cases.take_numbers(answers, act)
        staff_names.take_names(replace(answers, same={}), act)


def read_again(looked_at: Import, *, by: User | None = None, granting: bool = False) -> Reading:
    """What a file that was looked at would change now, if `by` applied it."""
    check_can_apply(looked_at)
    return reading_of(looked_at, by=by, granting=granting)


def reading_of(looked_at: Import, *, by: User | None, granting: bool) -> Reading:
    """The rows that were kept of a file, compared with the register."""
    kept = bytes(looked_at.data or b"")
    cleaned = kept_rows.unpack_staff(kept) if looked_at.kind == Kind.STAFF else kept_rows.unpack_cases(kept)
    return compare_with_register(
        cleaned,
        rows=looked_at.counts["rows"],
        dropped=looked_at.dropped_columns,
        as_at=looked_at.as_at,
        brought_by=brought_by(looked_at, by),
        granting=granting,
        answers=ListAnswers.from_json(looked_at.answers),
    )


def compare_again(applied: Import, reading: Reading, *, by: User | None, granting: bool) -> Reading:
    """The same rows compared with the register as it has become."""
    return compare_with_register(
        reading.cleaned,
        rows=reading.rows,
        dropped=reading.dropped,
        as_at=applied.as_at,
        brought_by=brought_by(applied, by),
        granting=granting,
        answers=reading.answers,
    )


def brought_by(looked_at: Import, by: User | None) -> set[int]:
    """Those who brought a file in and apply it, to whom it gives no role."""
    return {person.pk for person in (looked_at.read_by, by) if person is not None}


def forget_abandoned_rows(*, at: datetime) -> int:
    """Let go of the rows of every file that was looked at more than a day ago and not applied. Returns how many."""
    return (
        Import.objects.filter(state__in=Import.TO_BE_APPLIED, read_at__lt=at - KEPT)
        .exclude(data=None)
        .update(data=None)
    )


def apply_import(
    looked_at: Import,
    *,
    by: User | None,
    at: datetime,
    closing: int | None = None,
    why: str = "",
    granting: bool = False,
    welcome: bool = False,
) -> Import:
    """Make the changes of a file that was looked at, all or none, and let go of its rows.

    `closing` is how many cases or people its user expects it to close, and `why` is why so many; with `welcome` whoever
    is new on a staff list is sent a welcome mail. What was there before is kept, so that it can be taken back
    (take_back.py), until the next file of its kind. Refuses with `NotNow` (409) one that was applied already, with
    `Stale` (409) one that was looked at before another extract was applied: what it would change may no longer be what
    was shown; and with `FileRefused` (422) one that closes another number, or too many with none given or, by a
    person, without a reason.
    """
    with trail.acting(by=by, at=at) as act:
        lock_register()
        applied = Import.objects.get(pk=looked_at.pk)
        check_can_apply(applied)
        reading = reading_of(applied, by=by, granting=granting)
        return apply_reading(applied, reading, act, closing=closing, why=why, granting=granting, welcome=welcome)


def lock_register() -> None:
    """Hold every import, everyone on the staff list and every case until the transaction ends."""
    list(Import.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    staff.lock()
    cases.lock()


def apply_reading(
    applied: Import,
    reading: Reading,
    act: trail.Act,
    *,
    closing: int | None,
    why: str,
    granting: bool,
    welcome: bool = False,
) -> Import:
    """Make the changes of a file as it was compared with the register, which is locked. Refuses as `apply_import`."""
    check_closing(reading, closing)
    applied.closing_why = check_closing_why(reading, why, by=act.by)
    applied.closing = closing
    applied.counts, applied.problems = reading.counts, reading.problems
    before = kept_before.BeforeImport(reading.plan, reading.answers.same.values())
    if reading.answers.names_anew:
        take_names(applied, reading.answers, act)
        reading = compare_again(applied, reading, by=act.by, granting=granting)
        before.plan = reading.plan
    applied.state, applied.applied, applied.data = State.APPLIED, act.at, None
    applied.save()
    if isinstance(reading.plan, staff.Plan):
        staff.apply(reading.plan, on=applied.as_at, act=act, list_name=applied.file_name)
        if welcome:
            welcome_mails.welcome_new_people((change.row.email for change in reading.plan.added), act)
        worker_names.keep_managers(reading.answers, act)
        cases.find_workers(made_by=applied, act=act)
        reallocation.people_moved(reading.plan.left, act)
    else:
        cases.apply_changes(reading.plan, made_by=applied, act=act)
        cases.check_categories_in_use()
    Import.objects.filter(state=State.PREVIEWED).update(data=None)
    Import.objects.filter(kind=applied.kind).exclude(before=None).update(before=None)
    Import.objects.filter(pk=applied.pk).update(before=kept_before.pack_changes(before.changed()))
    content = applied.counts | ({"covers": reading.answers.part_in_words} if reading.answers.is_part else {})
    act.add("import.applied", applied, was=State.PREVIEWED, now=applied.state, why=applied.closing_why, content=content)
    return applied


def check_can_apply(looked_at: Import) -> None:
    """Refuse, with a sentence, an extract that was applied, or looked at before another was."""
    if looked_at.state == State.REFUSED:
        raise NotNow(f"This file was refused, so there is nothing to apply. {looked_at.refused_why}")
    if looked_at.state in Import.EVER_APPLIED:
        raise NotNow("This extract has been applied already. Nothing was changed again.")
    if looked_at.state == State.MAPPING:
        raise NotNow("The columns of this file are to be mapped first.")
    if how_many_applied() != looked_at.applied_before:
        raise Stale("Another extract was applied after this one was looked at. Import the file again to see it afresh.")
    if looked_at.data is None:
        raise Stale("This extract was looked at more than a day ago, so its rows are gone. Import the file again.")


def how_many_applied() -> int:
    """How often the register has changed by an extract that was applied or taken back: the number of its state, as no
    clock need agree on it."""
    states = Import.objects.filter(state__in=Import.EVER_APPLIED).values_list("state", flat=True)
    return sum(2 if state == State.TAKEN_BACK else 1 for state in states)


def import_file(
    *,
    kind: str,
    data: bytes,
    name: str,
    as_at: date,
    by: User | None,
    at: datetime,
    closing: int | None = None,
    why: str = "",
    granting: bool = False,
    answers: ListAnswers = WHOLE_LIST,
    mapping: str = "",
    limits: Limits = ORDINARY,
) -> Import:
    """Read a file and apply it in one go, for a command. Refuses what `keep_preview` and `apply_import` refuse.

    A file refused for what it closes is written down as refused, like one that cannot be read. It is compared with the
    register once, which is locked by then, and its rows are not kept meanwhile.
    """
    file: dict[str, Any] = {"kind": kind, "data": data, "name": name, "as_at": as_at}
    try:
        clean = clean_file(**file, mapping=mapping, limits=limits)
        forget_abandoned_rows(at=at)
        with trail.acting(by=by, at=at) as act:
            lock_register()
            own = [by.pk] if by is not None else []
            reading = compare_file(clean, as_at=as_at, brought_by=own, granting=granting, answers=answers)
            looked_at = new_import(**file)
            keep_reading(looked_at, reading, act, rows=None)
            return apply_reading(looked_at, reading, act, closing=closing, why=why, granting=granting)
    except Refused as refusal:
        refuse(**file, why=refusal.sentence, by=by, at=at)
        raise


def latest_applied(kind: str) -> Import | None:
    """The extract of this kind that was applied last, without its rows."""
    applied = Import.objects.filter(kind=kind, state=State.APPLIED).defer("data", "problems", "before")
    return applied.order_by("-applied", "-pk").first()


def imports() -> QuerySet[Import]:
    """Every extract that was looked at or applied, the latest first, without their rows."""
    return Import.objects.select_related("read_by").defer("data", "problems", "before")


def import_or_404(pk: int) -> Import:
    """One extract that was looked at or applied."""
    extract = Import.objects.select_related("read_by", "taken_back_by").defer("before").filter(pk=pk).first()
    if extract is None:
        raise Http404
    return extract
