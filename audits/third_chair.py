"""Who sits in the third chair of a meeting: the second worker of its case, where the council has it so.

An extract names them as people write a name, so the chair is theirs only where that is one person on the staff list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from audits.case_system import PROPOSES, SECOND_WORKER_PART
from audits.models import Audit, WorkerAlias
from people.directory import holders
from people.models import User
from people.person_names import name_key
from people.roles import Role


def third_chairs(audits: Iterable[Audit], *, on: date) -> dict[int, User]:
    """Map audits to the second worker of their case: by a name that somebody confirmed, else by one that one worker
    has. Two queries beside the setting's, and none where no case names one.

    Without those whose name is nobody's or that of several, is the auditor's or the keyworker's; empty where the
    council has them attend only.
    """
    keys = {audit: name_key(audit.case.second_worker) for audit in audits if audit.case.second_worker}
    if not keys or SECOND_WORKER_PART.value() != PROPOSES:
        return {}
    confirmed, named = defaultdict[str, set[User]](set), defaultdict[str, set[User]](set)
    workers = {person.pk: person for person in holders(Role.KEYWORKER, on=on)}
    for person in workers.values():
        named[name_key(person.name)].add(person)
    for key, pk in WorkerAlias.objects.filter(name_key__in=keys.values()).values_list("name_key", "user"):
        confirmed[key] |= {workers[pk]} if pk in workers else set()
    chairs = {}
    for audit, key in keys.items():
        meant = list(confirmed[key] or (named[key] if key else ()))
        if len(meant) == 1 and audit.chair_of(meant[0]) is None:
            chairs[audit.pk] = meant[0]
    return chairs


def third_chair_of(audit: Audit, *, on: date) -> User | None:
    """Who has the third chair of one audit; None where it is empty."""
    return third_chairs([audit], on=on).get(audit.pk)
