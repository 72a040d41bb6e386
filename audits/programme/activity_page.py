"""What the page of one activity shows: its cases, what was found, what was changed, and what one may do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from audits.access import visible_audits
from audits.models import Activity, Audit, Draw, Finding
from audits.programme import conclusion, contributors, planning
from audits.programme import findings as programme_findings
from audits.programme.page import ProgrammeChange, ProgrammeRow, programme_changes, rows_of
from audits.programme.tool_page import ToolStanding, tool_standing
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
    missing: list[tuple[Audit, str]]
    contributors: list[tuple[str, User | None]]
    changes: list[ProgrammeChange]
    can_change: bool
    can_drop: bool
    can_record: bool
    can_carry_out: bool
    can_conclude: bool
    reads_all: bool
    audits: list[Audit]
    tool: ToolStanding | None

    @property
    def grades(self) -> list[tuple[str, int]]:
        """How many of its final audits have each grade, the best first."""
        counts = Counter(audit.grade for audit in self.audits if audit.final)
        given = {str(grade): grade for grade in counts}
        return [(given[grade], counts[grade]) for grade in Grade.values if counts[grade]]

    @property
    def observes(self) -> bool:
        """Whether practice is watched, rather than found out case by case."""
        return self.row.activity.kind == Activity.Kind.OBSERVATION

    @property
    def shows_findings(self) -> bool:
        """Whether the page has what was found, for somebody who may read it."""
        activity = self.row.activity
        takes = self.observes or bool(activity.questions) or activity.kind == Activity.Kind.MULTI_AGENCY
        return self.findings is not None and takes

    @property
    def finding_button(self) -> str:
        """What the button says under it."""
        return "Write down an observation" if self.observes else "Write down a finding"

    @property
    def found_title(self) -> str:
        """What stands over the findings."""
        if self.observes:
            return "What was seen"
        return "What partners found" if self.row.activity.kind == Activity.Kind.MULTI_AGENCY else "What was found"

    @property
    def counts_as_done(self) -> str:
        """What counts as done, as the programme counts it."""
        if self.observes:
            return "Each observation counts as done once it is written down here."
        if self.row.counts.drawn or self.row.activity.kind != Activity.Kind.MULTI_AGENCY:
            return "What is found of each case stands here. A case counts as done once its audit is final."
        return "While no case is drawn, each finding that is written down here counts as done."


def activity_page(activity: Activity, *, user: User, on: date) -> ActivityPage:
    """One activity as this person sees it; `findings` is None for whoever may not read them."""
    plans = access.may(user, Permission.RUN_SELECTION)
    draws = activity.draws.select_related("drawn_by").defer("frame", "allocation", "coverage").order_by("pk")
    partners = activity.kind == Activity.Kind.MULTI_AGENCY
    return ActivityPage(
        row=next(rows_of([activity], user=user, on=on)),
        draws=list(draws),
        findings=programme_findings.findings_for(activity, user),
        missing=[row for row in programme_findings.missing_findings(user) if drawn_for(row[0], activity)]
        if partners
        else [],
        contributors=contributors.contributors_of(activity) if partners and plans else [],
        changes=programme_changes({activity.ref: activity}, user=user),
        can_change=plans and activity.state == Activity.State.PLANNED,
        can_drop=allows(planning.check_drop, activity, by=user),
        can_record=allows(programme_findings.check_record_finding, activity, by=user),
        can_carry_out=allows(planning.check_carry_out, activity, by=user, on=on),
        can_conclude=allows(conclusion.check_conclude, activity, by=user),
        reads_all=programme_findings.reads(user),
        audits=audits_of_activity(activity, user=user),
        tool=tool_standing(activity, user),
    )


def drawn_for(audit: Audit, activity: Activity) -> bool:
    """Whether the audit was drawn for the activity."""
    return audit.pick is not None and audit.pick.draw.activity_id == activity.pk


def audits_of_activity(activity: Activity, *, user: User) -> list[Audit]:
    """The audits of an activity that the person may open and that stand, by number: one query."""
    audits = visible_audits(user).filter(pick__draw__activity=activity).exclude(state__in=Audit.WITHDRAWN_OR_VOIDED)
    return list(audits.select_related("auditor", "keyworker", "team").order_by("number"))
