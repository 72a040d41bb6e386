"""Who answers for a worker's case: the responsible manager, and the Head of Service above (lifecycle: Action)."""

from __future__ import annotations

from datetime import date

from audits.models import Audit
from people.directory import holders
from people.models import Team, User
from people.roles import Role


def responsible_manager(audit: Audit, *, on: date) -> User | None:
    """The keyworker's line manager on the staff list, else the team's Team Manager; None if neither is here.

    Never the keyworker: who manages the team and holds the case too does not answer for it to themselves.
    """
    manager = audit.keyworker.line_manager if audit.keyworker else None
    if manager is not None and manager != audit.keyworker and manager.works_here(on):
        return manager
    team = audit.team or audit.case.team
    if team is None:
        return None
    named = holders(Role.TEAM_MANAGER, on=on, team=team).exclude(pk__in=[audit.keyworker_id])
    return named.filter(job_title="Team Manager").first() or named.first()


def head_of_service(team: Team | None, *, on: date) -> User | None:
    """The Head of Service of a team's service, by name if there are several."""
    return holders(Role.HEAD_OF_SERVICE, on=on, service=team.service_id).first() if team else None


def qa_team(*, on: date) -> list[User]:
    """Whoever of the QA Team may advise on a grade: QA Officers first, then the Head of QA."""
    return [*holders(Role.QA_OFFICER, on=on), *holders(Role.HEAD_OF_QA, on=on)]
