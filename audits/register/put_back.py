"""Parts of taking an import back: what stays of what it brought, and audits back to their auditors and times."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import models
from django.urls import reverse

from audits.allocation import allocate
from audits.booking.book import tell_booked, tell_cancelled
from audits.models import Audit, Case, CaseChange
from audits.notice_texts import AuditPutBack
from audits.register.kept_before import Values
from people import council_settings, notices
from people.models import Membership, User, WaitingRole
from people.trail import Act

WAY_BACK_DAYS = council_settings.Number(
    "way_back_days",
    "Days for which an import can be taken back",
    "Register",
    "What an import changed is kept for so long, or until the next one of its kind is applied, and then let go. Ours.",
    default=62,
    least=1,
    most=366,
    unit="days",
)
GOES_WITH = {
    Case: (CaseChange,),
    User: (Membership, WaitingRole, EmailAddress),
}
"""What is deleted with a new case or person, and so is nothing that was built on it."""
COLUMN_WORDS = {"keyworker_id": "worker", "team_id": "team", "service_id": "service", "line_manager_id": "line manager"}
WHY = "The import that had moved it was taken back."


def kept_for() -> timedelta:
    """How long what an import changed is kept."""
    return timedelta(days=WAY_BACK_DAYS.value())


@dataclass(frozen=True, slots=True)
class StandsSince:
    """One thing that stays: what it is, why, and where it is settled."""

    what: str
    why: str
    url: str = ""


def audit_stands(key: int) -> StandsSince:
    """An audit with which somebody has gone on since: its chairs stay as they are now."""
    audit = Audit.objects.get(pk=key)
    why = "Somebody has booked it, prepared it or given it away since. It stays with whoever has it now."
    return StandsSince(audit.ref, why, reverse("audit", args=[audit.ref]))


def changed_since(model: type[models.Model], key: int, columns: Collection[str]) -> StandsSince:
    """A case or person that was changed again since: what was changed stays."""
    record = model._default_manager.get(pk=key)
    named = ", ".join(COLUMN_WORDS.get(column, column.replace("_", " ")) for column in columns)
    why = f"Changed again since: {named}. That stays as it is now."
    what, route = (f"case {record}", "register-case") if isinstance(record, Case) else (str(record), "person")
    return StandsSince(what, why, reverse(route, args=[key]))


def built_on(
    model: type[models.Model], keys: Collection[int], to_set: Mapping[type[models.Model], Mapping[int, Values]]
) -> dict[int, set[str]]:
    """Those of these new rows that something points at by now, with the kinds of what does.

    What goes back too (`to_set`) does not count.
    """
    kinds_by_key: dict[int, set[str]] = {}
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete) or relation.related_model in GOES_WITH[model]:
            continue
        holder, column = relation.related_model, relation.field.attname  # type: ignore[union-attr]
        goes_back = to_set.get(holder, {})  # type: ignore[arg-type]
        rows = holder._default_manager.filter(**{f"{column}__in": keys}).values_list("pk", column)  # type: ignore[union-attr]
        for pk, key in rows:
            if column not in goes_back.get(pk, {}) and not (holder is model and pk in keys):
                kinds_by_key.setdefault(key, set()).add(str(holder._meta.verbose_name))  # type: ignore[union-attr]
    return kinds_by_key


def people_in_words(
    changes: Mapping[int, Values], returned: Collection[int], removed: Collection[int], act: Act
) -> None:
    """Add to the trail of each person what goes back."""
    for key, values in changes.items():
        now = "here" if key in returned else ""
        act.add_by_ref("person.put_back", "user", str(key), was="left" if now else "", now=now, content=sorted(values))
    for key in removed:
        act.add_by_ref("person.removed", "user", str(key), was="here")


def put_audits_back(changes: Mapping[int, Values], act: Act) -> None:
    """Give audits back to whom an import took them from, with the time that was booked; everybody concerned is told."""
    chairs = ("auditor", "keyworker", "case")
    rows = Audit.objects.select_for_update(of=("self",)).filter(pk__in=changes).select_related(*chairs)
    for left in rows.order_by("pk"):
        tell_cancelled(left, at=act.at)
        Audit.objects.filter(pk=left.pk).update(**changes[left.pk])
        audit = Audit.objects.select_related(*chairs).get(pk=left.pk)
        act.add("audit.put_back", audit, was=left.state, now=audit.state, why=WHY)
        if left.auditor is not None and left.auditor != audit.auditor:
            tell_taken_off(audit, left.auditor, act)
        allocate.notify_chairs(audit, at=act.at)
        if audit.state == Audit.State.BOOKED and audit.meets is not None and audit.meets > act.at:
            tell_booked(audit, by=None, at=act.at)


def tell_taken_off(audit: Audit, auditor: User, act: Act) -> None:
    """Tell an auditor that an audit goes back to whoever had it before."""
    notices.notify(to=[auditor], text=AuditPutBack(audit), key=f"{audit.ref}:off:{act.at.isoformat()}", at=act.at)
