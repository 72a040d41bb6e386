"""Workers of a case list, and line managers of a staff list, who are nobody for certain by their names: offered once
with whom they may be, and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from audits.models import Import
from audits.register import extracts, worker_names
from audits.register.answers import keep_answers
from audits.register.case_rows import CaseRows
from audits.register.mapping.kept import check_map
from audits.register.worker_names import names_meant
from audits.register.workers import Workers
from people import trail
from people.list_answers import ListAnswers
from people.manager_names import near_managers
from people.models import User
from people.person_names import name_key
from qualitycounts.base.refusals import Refused, allows


@dataclass(frozen=True, slots=True)
class NearName:
    """A worker, or manager, as the file writes them, how many cases or people they have in it, and who they may be, the
    nearest first: as many pairs of a key and words."""

    key: str
    name: str
    number: int
    people: list[tuple[str, str]]


def near_names(looked_at: Import) -> list[NearName]:
    """The workers or managers of a file that waits to be applied who are nobody for certain and near to somebody."""
    if not allows(extracts.check_can_apply, looked_at):
        return []
    reading = extracts.read_again(looked_at)
    if not isinstance(reading.cleaned, CaseRows):
        managers = near_managers(reading.cleaned, User.objects.all(), names_meant(reading.answers))
        return [
            NearName(
                name_key(name), name, count, [(person.email, f"{person.name}, {person.email}") for person in people]
            )
            for name, count, people in managers
        ]
    workers = Workers(looked_at.as_at, [])
    named: dict[str, list[str]] = {}
    for row in reading.cleaned.used.values():
        if row.worker_name and row.closed_on is None and workers.holder_of(row) is None:
            named.setdefault(name_key(row.worker_name), []).append(row.worker_name)
    candidates = [
        NearName(key, names[0], len(names), [(str(user.pk), f"{user.name}, {user.email}") for user in nearest])
        for key, names in named.items()
        if key and (nearest := workers.near(names[0]))
    ]
    return sorted(candidates, key=lambda each: -each.number)


def confirm_names(looked_at: Import, chosen: Mapping[str, str], *, by: User, at: datetime) -> int:
    """Keep who is meant by names as files write them. `chosen` has a person for each folded name that was settled: by
    key, or in a staff list, where it may be somebody who is new in it, by e-mail.

    Returns how many were kept. Refuses (403) who may not import, and (422) a person who was not offered.
    """
    check_map(looked_at.kind, by=by)
    offered = {each.key: {person for person, _ in each.people} for each in near_names(looked_at)}
    wrong = [key for key, person in chosen.items() if person not in offered.get(key, ())]
    if wrong:
        raise Refused("Choose a person from the list, or leave the name as it is.")
    with trail.acting(by=by, at=at) as act:
        if looked_at.kind == Import.Kind.STAFF:
            asked = Import.objects.select_for_update().get(pk=looked_at.pk)
            answers = ListAnswers.from_json(asked.answers)
            keep_answers(asked, answers.with_names("managers", dict(answers.managers) | dict(chosen)))
            act.add("import.managers_said", asked, content={"number": len(chosen)})
        else:
            worker_names.keep_names({key: int(person) for key, person in chosen.items()}, act, by=by)
    return len(chosen)
