"""Taking the latest import back: what it changed is as it was, and what was built on it since stays and is said.

A value goes back where it still is what the import made of it; what somebody has changed since is theirs to settle.
All of it is one transaction, so that a machine that stops half-way has changed nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import ProtectedError, Q
from django.urls import reverse

from audits.models import Audit, Case, CaseChange, Draw, Import
from audits.notice_texts import ImportTakenBack
from audits.register import cases, extracts, reallocation
from audits.register.kept_before import A_BATCH, COLUMNS, ChangedRow, Values, rows_by_key, unpack_changes
from audits.register.mapping.kept import kinds_for
from audits.register.put_back import (
    StandsSince,
    audit_stands,
    built_on,
    changed_since,
    kept_for,
    people_in_words,
    put_audits_back,
)
from people import access, notices, staff, trail
from people.directory import holders
from people.models import Membership, Service, Team, User, WaitingRole
from people.roles import Permission, Role
from people.trail import Act
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.refusals import NotNow, Refused, allows

GRANTED = (Membership, WaitingRole, EmailAddress)
"""Rows that nothing else points at: what the import made is deleted, and what it deleted is made again."""
MADE = (Case, User, Team, Service)
"""Rows that others may point at, in the order in which what the import made can go."""


@dataclass(slots=True)
class WayBack:
    """What goes back by itself: rows to set, make again and delete; and what stays."""

    applied: Import
    to_set: dict[type[models.Model], dict[int, Values]] = field(default_factory=lambda: defaultdict(dict))
    to_make: list[ChangedRow] = field(default_factory=list)
    to_delete: dict[type[models.Model], list[int]] = field(default_factory=lambda: defaultdict(list))
    stays: list[StandsSince] = field(default_factory=list)
    reopened: set[int] = field(default_factory=set)
    returned: set[int] = field(default_factory=set)
    leave: list[int] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each go back, in the words of the command."""
        back = {model: len(rows) for model, rows in self.to_set.items()}
        roles = len([row for row in self.to_make if row.model is Membership]) + len(self.to_delete[Membership])
        return {
            "cases_opened_again": len(self.reopened),
            "cases_as_before": back.get(Case, 0) - len(self.reopened),
            "cases_removed": len(self.to_delete[Case]),
            "people_returned": len(self.returned),
            "people_as_before": back.get(User, 0) - len(self.returned),
            "people_removed": len(self.to_delete[User]),
            "roles": back.get(Membership, 0) + roles,
            "audits": back.get(Audit, 0),
        }


def check_take_import_back(applied: Import, *, by: User | None) -> None:
    """Refused unless `by` may import (403) and this is the latest of its kind, what it changed and kept yet (409)."""
    if by is not None and applied.kind not in kinds_for(by):
        access.check(by, Permission.RUN_SELECTION)
    if applied.state == Import.State.TAKEN_BACK:
        raise NotNow("This import has been taken back already.")
    if applied.state != Import.State.APPLIED:
        raise NotNow("This file was not applied, so there is nothing to take back.")
    latest = extracts.latest_applied(applied.kind)
    if latest is not None and latest.pk != applied.pk:
        raise NotNow("A later list of this kind was applied since, so this one can no longer be taken back.")
    if not Import.objects.filter(pk=applied.pk).exclude(before=None).exists():
        raise NotNow("What this import changed is no longer kept. Import the right list: it puts the register right.")


def can_take_import_back(applied: Import, *, by: User) -> bool:
    """Whether `check_take_import_back` lets it through."""
    return allows(check_take_import_back, applied, by=by)


def way_back(applied: Import) -> WayBack:
    """Work out what would go back and what would stay. Nothing is changed."""
    back = WayBack(applied)
    rows: defaultdict[type[models.Model], list[ChangedRow]] = defaultdict(list)
    merged = User.objects.exclude(merged_into=None).values_list("pk", "merged_into")
    survivors = {pk: into for pk, into in merged if into is not None}
    for row in unpack_changes(applied):
        rows[row.model].append(with_survivors(row, survivors))
    for model, changed in rows.items():
        current = rows_by_key(model, [row.key for row in changed])
        for row in changed:
            sort_row(back, row, current.get(row.key))
    back.stays += [*drawn_since(applied), *cannot_go(back)]
    return back


def with_survivors(row: ChangedRow, survivors: Mapping[int, int]) -> ChangedRow:
    """A changed row, with whoever was merged into another account since in that one's name."""
    if not survivors:
        return row
    people = {each.attname for each in row.model._meta.concrete_fields if each.related_model is User}

    def named(values: Values | None) -> Values | None:
        if values is None:
            return None
        return {name: survivors.get(value, value) if name in people else value for name, value in values.items()}

    return ChangedRow(row.model, row.key, named(row.was), named(row.now))


def sort_row(back: WayBack, row: ChangedRow, current: Values | None) -> None:
    """Put one changed row where it belongs: set, made again, deleted, or left as it is."""
    if row.was is None:
        if current is not None and (row.model in MADE or current == row.now):
            back.to_delete[row.model].append(row.key)
    elif row.now is None:
        if current is None:
            back.to_make.append(row)
    elif current is not None:
        set_row(back, row, current, row.was, row.now)


def set_row(back: WayBack, row: ChangedRow, current: Values, was: Values, now: Values) -> None:
    """Set what is still as the import left it; an audit with which anybody has gone on since stays as a whole."""
    same = [column for column in row.columns if current[column] == now[column]]
    if row.model is Audit and current != now:
        back.stays.append(audit_stands(row.key))
        return
    if len(same) < len(row.columns) and row.model in (Case, User):
        back.stays.append(changed_since(row.model, row.key, [each for each in row.columns if each not in same]))
    if not same:
        return
    back.to_set[row.model][row.key] = {column: was[column] for column in same}
    if "closed_on" in same and was["closed_on"] is None:
        back.reopened.add(row.key)
    if "left_on" in same and was["left_on"] is None:
        back.returned.add(row.key)


def drawn_since(applied: Import) -> Iterable[StandsSince]:
    """The draws that were made from the register as the import left it."""
    for draw in Draw.objects.filter(state=Draw.State.DRAWN, drawn_at__gte=applied.applied).order_by("drawn_at"):
        why = f"Made on {date_in_words(draw.on)} from what this import brought. The Head of QA can draw again."
        yield StandsSince(draw.ref, why, reverse("draw", args=[draw.ref]))


def cannot_go(back: WayBack) -> Iterable[StandsSince]:
    """Take those off the list of deletions that something was built on, and say what."""
    for model, keys in ((Case, back.to_delete[Case]), (User, back.to_delete[User])):
        built = built_on(model, keys, back.to_set)
        back.to_delete[model] = [key for key in keys if key not in built]
        for record in model._default_manager.filter(pk__in=built):
            named = ", ".join(sorted(built[record.pk]))
            if isinstance(record, Case):
                why = f"New in this file, and since then there is: {named}. It stays; the next file settles it."
                yield StandsSince(f"case {record}", why, reverse("register-case", args=[record.pk]))
            else:
                back.leave.append(record.pk)
                why = f"New in this list, and since then there is: {named}. The account stays, and cannot sign in."
                yield StandsSince(str(record), why, reverse("person", args=[record.pk]))


def take_import_back(applied: Import, *, why: str, by: User | None, at: datetime) -> WayBack:
    """Take the latest import of its kind back: everything that it changed goes back as it was, or nothing does.

    Refused: not of those who import (403); not the latest, or no longer kept (409); no reason, from a person (422).
    """
    reason = why.strip()
    with trail.acting(by=by, at=at) as act:
        list(Import.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        undone = Import.objects.get(pk=applied.pk)
        check_take_import_back(undone, by=by)
        if by is not None and not reason:
            raise Refused("Say why it is taken back. Both stay in the history.", "why")
        staff.lock()
        cases.lock()
        back = way_back(undone)
        put_all_back(back, act)
        cases.check_categories_in_use()
        undone.state, undone.before = Import.State.TAKEN_BACK, None
        undone.taken_back, undone.taken_back_by, undone.taken_back_why = at, by, reason
        undone.built_on = [asdict(each) for each in back.stays]
        undone.save()
        Import.objects.filter(state=Import.State.PREVIEWED).update(data=None)
        cases.grant_keyworkers(on=day_of(at))
        act.add("import.taken_back", undone, was="applied", now=undone.state, why=reason, content=back.counts)
        tell_taken_back(undone, act)
    return back


def put_all_back(back: WayBack, act: Act) -> None:
    """Make every change of the way back, and say each in the trail."""
    history_of_cases(back, act)
    people_in_words(back.to_set.get(User, {}), back.returned, back.to_delete[User], act)
    for model in GRANTED:
        model._default_manager.filter(pk__in=back.to_delete[model]).delete()
    for model in COLUMNS:
        if model is not Audit:
            set_rows(model, back.to_set.get(model, {}))
    for row in back.to_make:
        row.model._default_manager.get_or_create(pk=row.key, defaults=parsed(row.model, row.was or {}))
    User.objects.filter(pk__in=back.leave, left_on=None).update(left_on=day_of(act.at))
    for model in MADE:
        delete_unless_needed(model, back.to_delete[model])
    put_audits_back({key: parsed(Audit, values) for key, values in back.to_set.get(Audit, {}).items()}, act)
    moved = Case.objects.filter(pk__in=back.to_set.get(Case, {})).select_related("keyworker", "team")
    reallocation.cases_moved(list(moved), act)


def set_rows(model: type[models.Model], changes: Mapping[int, Values]) -> None:
    """Set the columns of many rows, in a few statements."""
    keys, columns = list(changes), {column for values in changes.values() for column in values}
    fields = [each.name for each in model._meta.concrete_fields if each.attname in columns]
    for first in range(0, len(keys), A_BATCH):
        rows = list(model._default_manager.filter(pk__in=keys[first : first + A_BATCH]))
        for row in rows:
            for column, value in parsed(model, changes[row.pk]).items():
                setattr(row, column, value)
        model._default_manager.bulk_update(rows, fields, batch_size=500)


def parsed(model: type[models.Model], values: Values) -> Values:
    """Values as the database takes them back."""
    by_name = {each.attname: each for each in model._meta.concrete_fields}
    return {name: by_name[name].to_python(value) for name, value in values.items()}


def delete_unless_needed(model: type[models.Model], keys: Iterable[int]) -> None:
    """Delete what the import made; a team or service that something belongs to by now stays."""
    if model in (Case, User):
        model._default_manager.filter(pk__in=list(keys)).delete()
        return
    for row in model._default_manager.filter(pk__in=list(keys)):
        try:
            row.delete()
        except ProtectedError:
            continue


def history_of_cases(back: WayBack, act: Act) -> None:
    """Write into the cases' own history, and into the trail, what goes back."""
    on = day_of(act.at)
    made = CaseChange.objects.filter(made_by=back.applied, taken_back=False, case__in=back.to_set.get(Case, {}))
    CaseChange.objects.bulk_create(
        CaseChange(
            case_id=each.case_id,
            made_by=back.applied,
            on=on,
            field=each.field,
            was=each.now,
            now=each.was,
            taken_back=True,
        )
        for each in made
    )
    numbers = dict(Case.objects.filter(pk__in=back.to_set.get(Case, {})).values_list("pk", "person_id"))
    for key, number in numbers.items():
        state = "open" if key in back.reopened else ""
        act.add_by_ref("case.put_back", "case", number, now=state, content=sorted(back.to_set[Case][key]))
    for number in Case.objects.filter(pk__in=back.to_delete[Case]).values_list("person_id", flat=True):
        act.add_by_ref("case.removed", "case", number, content={"import": back.applied.pk})


def tell_taken_back(undone: Import, act: Act) -> None:
    """Tell whoever took it back, and the Heads of QA."""
    people: dict[int, Any] = {person.pk: person for person in holders(Role.HEAD_OF_QA, on=day_of(act.at))}
    if act.by is not None:
        people[act.by.pk] = act.by
    text = ImportTakenBack(undone, act.by, len(undone.built_on))
    notices.notify(to=people.values(), text=text, key=f"import:{undone.pk}:taken_back", at=act.at)


def forget_old_ways_back(*, at: datetime) -> int:
    """Let go of what imports changed, once they are too old to be taken back. Returns of how many."""
    last = at - kept_for()
    return Import.objects.filter(Q(applied__lt=last)).exclude(before=None).update(before=None)
