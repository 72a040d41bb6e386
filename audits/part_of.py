"""What an audit is part of: the activity of the programme that drew it, with its theme and its reason, in words."""

from __future__ import annotations

from audits.models import Activity, Audit

ONE_OF = {
    Activity.Kind.THEMED: "themed",
    Activity.Kind.FLASH: "flash",
    Activity.Kind.MANAGEMENT: "management",
    Activity.Kind.MULTI_AGENCY: "multi-agency",
}
"""What an audit of an activity is called; a core one has no other name."""


def activity_of(audit: Audit) -> Activity | None:
    """The activity that an audit was drawn for; None for a core one, a re-audit, or one made by hand."""
    if audit.pick_id is None:
        return None
    return Activity.objects.filter(draws__picks=audit.pick_id).exclude(kind=Activity.Kind.CORE).first()


def part_in_words(activity: Activity) -> str:
    """What an audit of it is, in a sentence: a themed audit about “Neglect”."""
    about = f" about “{activity.title}”" if activity.title else ""
    return f"A {ONE_OF[Activity.Kind(activity.kind)]} audit{about}."


def theme_of(audit: Audit) -> list[str]:
    """What it is part of, and why: a line each; none for a core one. One query."""
    activity = activity_of(audit)
    return [part_in_words(activity), *reasons_in_words(activity)] if activity else []


def reasons_in_words(activity: Activity) -> list[str]:
    """Why it is on the programme, which standards it looks at, and with whom: a line each."""
    focus = ", ".join(str(number) for number in activity.focus)
    standards = f"It looks at standard{'' if len(activity.focus) == 1 else 's'} {focus}." if focus else ""
    routine = activity.origin == Activity.Origin.ROUTINE
    origin = activity.origin_words or ("" if routine else f"{activity.get_origin_display()}.")
    partners = f"With {', '.join(activity.agencies)}." if activity.agencies else ""
    return [line for line in (f"Why: {origin}" if origin else "", standards, partners) if line]
