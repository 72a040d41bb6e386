"""Who holds a case, told from what the extract writes about its worker."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from audits.case_rows import CaseRow
from people.directory import here
from people.models import User
from people.problems import Problem

CANNOT_BE_DRAWN = "The case is kept, and cannot be drawn until someone has it."


class Workers:
    """The staff list of one day. A worker is known by e-mail; where there is none, by a name only one person has."""

    def __init__(self, on: date, problems: list[Problem]) -> None:
        self.by_email = {user.email: user for user in User.objects.filter(here(on))}
        self.by_name: dict[str, list[User]] = defaultdict(list)
        for user in self.by_email.values():
            self.by_name[user.name.casefold()].append(user)
        self.problems = problems

    def holder(self, row: CaseRow) -> User | None:
        """The person who has the case, None (and said) if nobody on the staff list can be told to."""
        if row.worker_email:
            found = self.by_email.get(row.worker_email)
            if found is None:
                self.say(row, "Worker Email", f"“{row.worker_email}” is not on the staff list. {CANNOT_BE_DRAWN}")
            return found
        if not row.worker_name:
            self.say(row, "Worker Email", f"There is no worker. {CANNOT_BE_DRAWN}")
            return None
        named = self.by_name.get(plain(row.worker_name), [])
        if len(named) == 1:
            self.say(row, "Worker Email", f"There is no e-mail. The worker was taken by name to be {named[0].email}.")
            return named[0]
        who = "More than one person" if named else "Nobody"
        self.say(row, "Worker Email", f"There is no e-mail. {who} on the staff list has this name. {CANNOT_BE_DRAWN}")
        return None

    def say(self, row: CaseRow, column: str, why: str) -> None:
        """Note what is odd; the row is used all the same."""
        self.problems.append(Problem(row.row, column, why))


def plain(name: str) -> str:
    """ "JOHNSON, Zoë" as "zoë johnson", to compare by."""
    last, comma, first = name.partition(",")
    return " ".join(f"{first} {last}".split() if comma else last.split()).casefold()
