"""What the page of one activity shows: its cases, what was found, what was changed, and what one may do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from audits.access import visible_audits
from audits.models import Activity, Audit, Draw, Finding
from audits.programme import findings as programme_findings
from audits.programme import planning
from audits.programme.page import ProgrammeChange, ProgrammeRow, programme_changes, rows_of
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.base.refusals import allows
from standards.grades import Grade


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """All that the page of one activity shows."""

    row: ProgrammeRow
    draws: list[Draw]
    findings: list[Finding] | None
    changes: list[ProgrammeChange]
    can_change: bool
    can_drop: bool
    can_record: bool
    audits: list[Audit]

    @property
    def grades(self) -> list[tuple[str, int]]:
        """How many of its final audits have each grade, the best first."""
        counts = Counter(audit.grade for audit in self.audits if audit.final)
        return [(str(grade), counts[grade]) for grade in Grade.values if counts[grade]]

    @property
    def observes(self) -> bool:
        """Whether practice is watched, rather than found out with partners."""
        return self.row.activity.kind == Activity.Kind.OBSERVATION

    @property
    def shows_findings(self) -> bool:
        """Whether the page has what was found, for somebody who may read it."""
        return self.findings is not None and (self.observes or self.row.activity.kind == Activity.Kind.MULTI_AGENCY)

    @property
    def finding_button(self) -> str:
        """What the button says under it."""
        return "Write down an observation" if self.observes else "Write down a finding"


def activity_page(activity: Activity, *, user: User, on: date) -> ActivityPage:
    """One activity as this person sees it; `findings` is None for whoever may not read them."""
    reads = programme_findings.reads(user)
    plans = access.may(user, Permission.RUN_SELECTION)
    findings = activity.findings.select_related("recorded_by") if reads else None
    draws = activity.draws.select_related("drawn_by").defer("frame", "allocation", "coverage").order_by("pk")
    return ActivityPage(
        row=next(rows_of([activity], user=user, on=on)),
        draws=list(draws),
        findings=list(findings) if findings is not None else None,
        changes=programme_changes({activity.ref: activity}, user=user),
        can_change=plans and activity.state == Activity.State.PLANNED,
        can_drop=allows(planning.check_drop, activity, by=user),
        can_record=allows(programme_findings.check_record_finding, activity, by=user),
        audits=audits_of_activity(activity, user=user),
    )


def audits_of_activity(activity: Activity, *, user: User) -> list[Audit]:
    """The audits of an activity that the person may open and that stand, by number: one query."""
    audits = visible_audits(user).filter(pick__draw__activity=activity).exclude(state__in=Audit.WITHDRAWN_OR_VOIDED)
    return list(audits.select_related("auditor", "keyworker", "team").order_by("number"))
