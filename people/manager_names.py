"""Line managers that a staff list gives as a name in words ("Reports To") rather than as an e-mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from people.models import User
from people.person_names import MOST_OFFERED, name_key, nearest_names
from people.staff_rows import StaffRows


@dataclass(frozen=True, slots=True)
class Manager:
    """Somebody whom a name may mean: one of the list itself, or who works here already."""

    name: str
    email: str


def managers_by_name(rows: StaffRows, users: Iterable[User]) -> dict[str, list[Manager]]:
    """Everybody of the list, and who else works here, by folded name."""
    by_name: defaultdict[str, dict[str, Manager]] = defaultdict(dict)
    for row in rows.used.values():
        by_name[name_key(row.name)][row.email] = Manager(row.name, row.email)
    for user in users:
        if user.left_on is None and user.is_active and user.email not in rows.used:
            by_name[name_key(user.name)][user.email] = Manager(user.name, user.email)
    return {key: list(people.values()) for key, people in by_name.items() if key}


def with_managers(rows: StaffRows, users: Iterable[User], known: Mapping[str, str]) -> StaffRows:
    """The rows with each manager's name as the e-mail of the one person who has it, or whom somebody confirmed (`known`
    by folded name). A name of nobody, or of several, stays as it is: it is said when lines are drawn."""
    if not any(is_name(row.manager_email) for row in rows.used.values()):
        return rows
    by_name = managers_by_name(rows, users)
    used = {}
    for email, row in rows.used.items():
        if is_name(row.manager_email):
            key = name_key(row.manager_email)
            named = by_name.get(key, [])
            meant = known.get(key) or (named[0].email if len(named) == 1 else "")
            used[email] = replace(row, manager_email=meant) if meant else row
        else:
            used[email] = row
    return replace(rows, used=used)


def is_name(manager: str) -> bool:
    """Whether the cell of a manager holds a name and not an address."""
    return bool(manager) and "@" not in manager


def near_managers(
    rows: StaffRows, users: Iterable[User], known: Mapping[str, str]
) -> list[tuple[str, int, list[Manager]]]:
    """The managers' names that are nobody's for certain and near to somebody's: the name, how many people have it, and
    who may be meant, the nearest first."""
    people = list(users)
    by_name = managers_by_name(rows, people)
    left: defaultdict[str, list[str]] = defaultdict(list)
    for row in with_managers(rows, people, known).used.values():
        if is_name(row.manager_email):
            left[name_key(row.manager_email)].append(row.manager_email)
    unknown = []
    for key, written in left.items():
        nearest = [person for other in nearest_names(key, by_name) for person in by_name[other]][:MOST_OFFERED]
        unknown.append((written[0], len(written), nearest))
    return sorted((each for each in unknown if each[2]), key=lambda each: -each[1])
