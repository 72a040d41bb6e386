"""Who holds a case, told from what the extract writes about its worker."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from audits.models import WorkerAlias
from audits.register.case_fields import HEADINGS, CaseDetails
from audits.register.case_rows import CaseRow
from people.models import User
from people.person_names import MOST_OFFERED, name_key, nearest_names
from qualitycounts.base.problems import Problem

CANNOT_BE_DRAWN = "The case is kept, and cannot be drawn until someone has it."


class Workers:
    """The staff list of one day. A worker is known by e-mail, staff number or registration number; where there is none,
    by a name that somebody confirmed or that only one person has."""

    def __init__(self, on: date, problems: list[Problem]) -> None:
        every = list(User.objects.all())
        self.emails = {user.pk: user.email for user in every}
        by_key = {user.pk: user for user in every if user.merged_into_id is None and user.works_here(on)}
        current_staff = list(by_key.values())
        # what a file writes of an account that was merged means the other
        merged = [(user, by_key[user.merged_into_id]) for user in every if user.merged_into_id in by_key]
        meant = [*merged, *((user, user) for user in current_staff)]
        self.by_email = {user.email: person for user, person in meant}
        self.by_number = {user.staff_number: person for user, person in meant if user.staff_number}
        self.by_registration = {user.registration_number: person for user, person in meant if user.registration_number}
        self.by_name: dict[str, list[User]] = defaultdict(list)
        for user in current_staff:
            self.by_name[name_key(user.name)].append(user)
        self.confirmed = {
            key: by_key[pk] for key, pk in WorkerAlias.objects.values_list("name_key", "user_id") if pk in by_key
        }
        self.problems = problems

    def holder(self, row: CaseRow) -> User | None:
        """The person who has the case, None (and said) if nobody on the staff list can be told to."""
        user = self.holder_of(row)
        if row.worker_email and user is None:
            self.say(row, f"“{row.worker_email}” is not on the staff list. {CANNOT_BE_DRAWN}")
        elif user is None and not row.worker_name:
            self.say(row, f"There is no worker. {CANNOT_BE_DRAWN}")
        elif user is None:
            who = "More than one person" if self.by_name.get(name_key(row.worker_name)) else "Nobody"
            self.say(row, f"There is no e-mail. {who} on the staff list has this name. {CANNOT_BE_DRAWN}")
        elif not row.worker_email and user is self.find(row.worker_name, "") and not self.numbered(row):
            self.say(row, f"There is no e-mail. The worker was taken by name to be “{user.email}”.")
        return user

    def holder_of(self, row: CaseDetails) -> User | None:
        """The person whom a row, or a case, names, by e-mail, number or name."""
        known = self.by_email.get(row.worker_email) if row.worker_email else None
        return known or self.numbered(row) or self.find(row.worker_name, row.worker_email)

    def numbered(self, row: CaseDetails) -> User | None:
        """The person of the row's staff number or registration number."""
        return self.by_number.get(row.worker_number) or self.by_registration.get(row.worker_registration)

    def find(self, name: str, email: str) -> User | None:
        """The one person whom a case's worker can be: by e-mail, by a name that somebody confirmed or, without an
        e-mail, by one that only they have."""
        if email in self.by_email:
            return self.by_email[email]
        if name and (confirmed := self.confirmed.get(name_key(name))):
            return confirmed
        named = self.by_name.get(name_key(name), []) if not email else []
        return named[0] if len(named) == 1 and name_key(name) else None

    def near(self, name: str) -> list[User]:
        """Those on the staff list whose name is near to one that nobody has for certain, the nearest first."""
        key = name_key(name)
        if not key:
            return []
        return [user for other in nearest_names(key, self.by_name) for user in self.by_name[other]][:MOST_OFFERED]

    def say(self, row: CaseRow, why: str) -> None:
        """Note what is odd; the row is used all the same."""
        self.problems.append(Problem(row.row, HEADINGS["worker_email"], why, row.sheet))
