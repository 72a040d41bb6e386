"""What an audit is part of: the activity of the programme that drew it, its theme, its reason and its questions."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from audits.models import Activity, Audit, Finding
from standards.tools import questions_of

ONE_OF = {
    Activity.Kind.THEMED: "themed",
    Activity.Kind.FLASH: "flash",
    Activity.Kind.MANAGEMENT: "management",
    Activity.Kind.MULTI_AGENCY: "multi-agency",
}
"""What an audit of an activity is called; a core one has no other name."""


@dataclass(frozen=True, slots=True)
class Theme:
    """What the pages of one audit say of its activity, with what was found of this case so far."""

    activity: Activity
    audit: Audit
    findings: list[Finding]

    @property
    def words(self) -> str:
        """What the audit is, in a sentence."""
        return part_in_words(self.activity)

    @property
    def reasons(self) -> list[str]:
        """Why, on which standards, with whom: a line each."""
        return reasons_in_words(self.activity)

    @property
    def tool_address(self) -> str:
        """The page on which its auditor answers the activity's tool; "" where it has none that asks the auditor."""
        tool = self.activity.tool
        if tool is None or not questions_of(tool, ""):
            return ""
        return reverse("programme-answer", args=[self.activity.pk, self.audit.ref, "own"])

    @property
    def asked(self) -> list[tuple[str, list[Finding]]]:
        """Each question and each agency of the activity, with what was written down of this case."""
        names = [*self.activity.questions, *self.activity.agencies]
        return [(name, [finding for finding in self.findings if finding.about == name]) for name in names]


def activity_of(audit: Audit) -> Activity | None:
    """The activity that an audit was drawn for; None for a core one, a re-audit, or one made by hand. Not asked where
    the audit came with its activity's kind (`followed_query`) and is a core one."""
    if audit.pick_id is None or getattr(audit, "activity_kind", "") == Activity.Kind.CORE:
        return None
    activities = Activity.objects.filter(draws__picks=audit.pick_id).exclude(kind=Activity.Kind.CORE)
    return activities.select_related("tool").order_by().first()


def theme_with_findings(audit: Audit) -> Theme | None:
    """What the audit is part of, with its findings; None for a core one. Two queries, one for a core one."""
    activity = activity_of(audit)
    return Theme(activity, audit, list(audit.findings.select_related("recorded_by"))) if activity else None


def part_in_words(activity: Activity) -> str:
    """What an audit of it is, in a sentence: a themed audit about “Neglect”."""
    about = f" about “{activity.title}”" if activity.title else ""
    return f"A {ONE_OF[Activity.Kind(activity.kind)]} audit{about}."


def theme_of(audit: Audit) -> list[str]:
    """What it is part of, why, and what it asks: a line each, for a mail; none for a core one. One query."""
    activity = activity_of(audit)
    return theme_in_words(activity) if activity else []


def theme_in_words(activity: Activity) -> list[str]:
    """As `theme_of`, of an activity that is at hand; none for core audits."""
    if activity.kind == Activity.Kind.CORE:
        return []
    asks = f"It asks: {' '.join(activity.questions)}" if activity.questions else ""
    return [part_in_words(activity), *reasons_in_words(activity), *([asks] if asks else [])]


def reasons_in_words(activity: Activity) -> list[str]:
    """Why it is on the programme, which standards it looks at, and with whom: a line each."""
    focus = ", ".join(str(number) for number in activity.focus)
    standards = f"It looks at standard{'' if len(activity.focus) == 1 else 's'} {focus}." if focus else ""
    routine = activity.origin == Activity.Origin.ROUTINE
    origin = activity.origin_words or ("" if routine else f"{activity.get_origin_display()}.")
    partners = f"With {', '.join(activity.agencies)}." if activity.agencies else ""
    tool = f"It has questions of its own: {activity.tool}." if activity.tool else ""
    return [line for line in (f"Why: {origin}" if origin else "", standards, partners, tool) if line]
