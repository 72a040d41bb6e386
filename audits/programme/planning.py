"""The annual programme: what is audited in which month and why, agreed with named managers, with its changes kept.

Strategy, section 7: the QA Officer makes an audit plan for the year, agreed with managers, and oversees it; 4.7.5.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NotRequired, TypedDict, Unpack

from django.db.models import QuerySet
from django.http import Http404

from audits import references, states
from audits.models import Activity, Draw
from audits.plan.mail_note import check_mail_note
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import month_in_words
from qualitycounts.base.refusals import NotNow, Refused, written
from standards import categories, standard_sets
from standards.models import Tool
from standards.timescales import add_months
from standards.tools import questions_of as questions_of_tool

YEAR_BEGINS = 4
"""The council's year runs from April to March."""
MOST_PLANNED = 500
LONGEST_NAME = 120
MOST_QUESTIONS = 8
LONGEST_QUESTION = 200
FROZEN = ("kind", "month", "focus", "narrow", "questions", "tool")
"""What decides the cases and the questions: it stays once cases are drawn."""
Kind, State = Activity.Kind, Activity.State
WITHOUT_TOOL = (Kind.CORE, Kind.MANAGEMENT)
"""The kinds that ask what the standards ask, and no tool of their own."""


class ActivityPlan(TypedDict):
    """All that is planned of an activity; `month` is its first day, `focus` and `narrow` are empty for all, `questions`
    are what it asks of every case beside the standards, and `tool` a published tool that does."""

    kind: str
    month: date
    title: str
    planned: int
    origin: str
    origin_words: str
    focus: list[int]
    narrow: dict[str, list[str]]
    agencies: list[str]
    lead: User | None
    questions: NotRequired[list[str]]
    tool: NotRequired[Tool | None]


def year_of(day: date) -> int:
    """The council's year that a day falls in, by the calendar year it begins in."""
    return day.year if day.month >= YEAR_BEGINS else day.year - 1


def months_of_year(year: int) -> list[date]:
    """The first days of the twelve months of a year."""
    return [add_months(date(year, YEAR_BEGINS, 1), ahead) for ahead in range(12)]


def year_words(year: int) -> str:
    """A year as it is written: April 2026 to March 2027."""
    return f"April {year} to March {year + 1}"


def of_year(year: int) -> QuerySet[Activity]:
    """The activities of a year, month by month, the dropped ones too."""
    first, *_, last = months_of_year(year)
    return Activity.objects.filter(month__gte=first, month__lte=last).select_related("lead", "dropped_by", "tool")


def activity_or_404(pk: int) -> Activity:
    """One activity. Whoever may see the programme may see every part of it."""
    activity = Activity.objects.select_related("lead", "dropped_by", "tool").filter(pk=pk).first()
    if activity is None:
        raise Http404
    return activity


def check_plan(asked: ActivityPlan) -> ActivityPlan:
    """The plan with its words tidied. Refused (422), beside the field, where it cannot be carried out as it is.

    Core live audits are drawn from every case with all standards; every other kind says what it is about.
    """
    plan: ActivityPlan = {**asked, "month": asked["month"].replace(day=1)}
    about = "Say what it is about, in a few words: it tells this activity from the others of its month."
    core, flash = plan["kind"] == Kind.CORE, plan["kind"] == Kind.FLASH
    plan["title"] = written(plan["title"], "title", "" if core else about, most=LONGEST_NAME)
    why = "" if plan["origin"] == Activity.Origin.ROUTINE else "Say which finding, complaint or figure it comes from."
    plan["origin_words"] = written(plan["origin_words"], "origin_words", why)
    plan["focus"] = sorted(set(plan["focus"]))
    plan["agencies"] = [written(name, "agencies", most=LONGEST_NAME) for name in plan["agencies"] if name.strip()]
    plan["questions"] = questions_of(asked)
    if plan["kind"] not in Kind.values or plan["origin"] not in Activity.Origin.values:
        raise Refused("Choose what kind of activity it is, and where it came from.", "kind")
    if not 0 <= plan["planned"] <= MOST_PLANNED:
        raise Refused(f"Plan between 0 and {MOST_PLANNED} of them.", "planned")
    if set(plan["narrow"]) - {"categories", "teams"} or set(plan["narrow"].get("categories", [])) - set(
        categories.case_categories().by_code
    ):
        raise Refused("Cases are narrowed down by category and by team.", "categories")
    if core and (plan["title"] or plan["focus"] or plan["narrow"]):
        raise Refused(
            "Core live audits are drawn from every case, with all standards. Choose another kind to narrow them.",
            "kind",
        )
    if flash and not plan["focus"]:
        raise Refused("A flash audit is short: choose the standards it looks at.", "focus")
    if (plan["kind"] == Kind.MULTI_AGENCY) != bool(plan["agencies"]):
        raise Refused(
            "Name the partner agencies of a multi-agency audit, and of no other kind.",
            "agencies",
        )
    if plan["questions"] and plan["kind"] in (Kind.CORE, Kind.OBSERVATION):
        raise Refused("Core live audits and observations ask no questions of their own.", "questions")
    plan["tool"] = asked.get("tool")
    check_tool_fits(plan)
    return plan


def check_tool_fits(plan: ActivityPlan) -> None:
    """Refused (422) where the kind of activity has no tool, or nobody in it answers one of the tool's questions."""
    tool = plan.get("tool")
    if tool is None:
        return
    if plan["kind"] in WITHOUT_TOOL:
        raise Refused("Core live audits and management audits ask what the standards ask, and no tool.", "tool")
    if plan["kind"] != Kind.MULTI_AGENCY and not questions_of_tool(tool, ""):
        raise Refused("Partner agencies alone answer this tool, and they take part in multi-agency audits.", "tool")


def questions_of(asked: ActivityPlan) -> list[str]:
    """The questions, tidied, each once. Refused (422): too many, one that is too long, or with a number that could be a
    child's: they go by mail."""
    asks = [written(question, "questions", most=LONGEST_QUESTION) for question in asked.get("questions", ())]
    questions = [check_mail_note(question, "questions") for question in asks if question]
    if len(questions) > MOST_QUESTIONS:
        raise Refused(f"Ask {MOST_QUESTIONS} questions or fewer: they are answered for every case.", "questions")
    return list(dict.fromkeys(questions))


def plan_activity(*, by: User, at: datetime, **asked: Unpack[ActivityPlan]) -> Activity:
    """Put an activity on the programme. Refused: not QA (403), as `check_plan` or standards that there are
    not in that month (422), planned already (409)."""
    access.check(by, Permission.RUN_SELECTION)
    wanted = check_plan(asked)
    check_focus_in_set(wanted, on=day_of(at))
    with trail.acting(by=by, at=at) as act:
        check_not_planned(wanted)
        activity = Activity.objects.create(**wanted)
        act.add("activity.planned", activity, now=activity.state, content=activity.plan())
    return activity


def check_focus_in_set(wanted: ActivityPlan, *, on: date) -> None:
    """Refused (422) for a standard that the set does not have by which its audits would be graded."""
    if wanted["focus"]:
        references.check_focus(wanted["focus"], standard_sets.in_force(max(wanted["month"], on)))


def check_not_planned(wanted: ActivityPlan, *, apart_from: Activity | None = None) -> None:
    """Refused (409) where an activity of this kind, month and title is planned already."""
    same = Activity.objects.filter(kind=wanted["kind"], month=wanted["month"], title=wanted["title"])
    if apart_from is not None:
        same = same.exclude(pk=apart_from.pk)
    if same.exists():
        raise NotNow("The programme has this already in that month. Open it there, or give this one another title.")


def change_activity(activity: Activity, *, why: str, by: User, at: datetime, **asked: Unpack[ActivityPlan]) -> Activity:
    """Change what is planned, with a reason; what it was is kept in its history.

    Refused: not QA (403), no reason or as `check_plan` (422), dropped, another month, kind, focus, scope, questions or
    tool once its cases are drawn, or another tool once that is answered (409).
    """
    access.check(by, Permission.RUN_SELECTION)
    wanted, reason = check_plan(asked), written(why, "why", "Say why the programme is changed. It is kept.")
    with trail.acting(by=by, at=at) as act:
        activity = lock_activity(activity)
        if activity.state == State.DROPPED:
            raise NotNow("This was dropped from the programme. Plan it anew if it is to happen after all.")
        check_not_planned(wanted, apart_from=activity)
        was = activity.plan()
        if (wanted["focus"], wanted["month"]) != (activity.focus, activity.month):
            check_focus_in_set(wanted, on=day_of(at))
        for name, value in wanted.items():
            setattr(activity, name, value)
        now = activity.plan()
        both = {name: [was.get(name, []), now.get(name, [])] for name in was | now}
        differences = {name: pair for name, pair in both.items() if pair[0] != pair[1]}
        if drawn(activity) and set(FROZEN) & set(differences):
            raise NotNow(
                "Its cases are drawn, so its kind, month, cases, standards, questions and tool stay as they are."
            )
        if "tool" in differences and activity.sheets.exists():
            raise NotNow("Its tool is answered already, so it stays.")
        if differences:
            activity.save()
            act.add(
                "activity.changed", activity, was=activity.state, now=activity.state, why=reason, content=differences
            )
    return activity


def lock_activity(activity: Activity) -> Activity:
    """The activity's row as it is now, locked until the transaction ends."""
    return Activity.objects.select_for_update(of=("self",)).select_related("lead", "tool").get(pk=activity.pk)


def drawn(activity: Activity) -> bool:
    """Whether it has a draw that stands."""
    return Draw.objects.filter(activity=activity, state=Draw.State.DRAWN).exists()


def check_drop(activity: Activity, *, by: User) -> None:
    """Refused: not QA (403), dropped or drawn already (409)."""
    access.check(by, Permission.RUN_SELECTION)
    states.ACTIVITY.check(activity.state, "drop")
    if drawn(activity):
        raise NotNow("Its cases are drawn, so it stays on the programme. Withdraw single audits instead.")


def drop_activity(activity: Activity, *, why: str, by: User, at: datetime) -> Activity:
    """Take an activity off the programme; it stays to be read. Refused: no reason (422), and as `check_drop`."""
    with trail.acting(by=by, at=at) as act:
        activity = lock_activity(activity)
        check_drop(activity, by=by)
        reason = written(why, "why", "Say why it is dropped. It stays on the page with the reason.")
        was, activity.state = activity.state, states.ACTIVITY.check(activity.state, "drop")
        activity.dropped_at, activity.dropped_by, activity.dropped_why = at, by, reason
        activity.save()
        act.add("activity.dropped", activity, was=was, now=activity.state, why=reason)
    return activity


def check_carry_out(activity: Activity, *, by: User, on: date) -> None:
    """Refused: not QA (403); core audits, which belong to their month, or an observation; dropped, drawn, or not late
    (409)."""
    access.check(by, Permission.RUN_SELECTION)
    if activity.kind == Kind.CORE or not activity.draws_cases:
        raise NotNow("Only a themed, flash, management or multi-agency activity is carried out in a later month.")
    if activity.state == State.DROPPED or drawn(activity):
        raise NotNow("It was dropped, or its cases are drawn already. Open its page.")
    if activity.month >= on.replace(day=1):
        raise NotNow("Its month is not over. Draw its cases as it is planned.")


def carry_out_now(activity: Activity, *, by: User, at: datetime) -> Activity:
    """Move an activity that was late to this month, so that its cases can be drawn; its history says from where.

    Refused as `check_carry_out`, and where this month has one of the same kind and title (409).
    """
    with trail.acting(by=by, at=at):
        activity = lock_activity(activity)
        check_carry_out(activity, by=by, on=day_of(at))
        why = f"Carried out late: it was planned for {month_in_words(activity.month)}."
        plan: ActivityPlan = {
            "kind": activity.kind,
            "month": day_of(at).replace(day=1),
            "title": activity.title,
            "planned": activity.planned,
            "origin": activity.origin,
            "origin_words": activity.origin_words,
            "focus": activity.focus,
            "narrow": activity.narrow,
            "agencies": activity.agencies,
            "lead": activity.lead,
            "questions": activity.questions,
            "tool": activity.tool,
        }
        return change_activity(activity, why=why, by=by, at=at, **plan)


def plan_core_months(year: int, *, size: int, by: User, at: datetime) -> int:
    """Plan core live audits, `size` each, in every month of a year that is not over and has none. Returns how many.

    Refused: not QA (403), nothing to plan (409), as `check_plan` (422).
    """
    access.check(by, Permission.RUN_SELECTION)
    first = day_of(at).replace(day=1)
    with trail.acting(by=by, at=at):
        has = set(of_year(year).filter(kind=Kind.CORE).values_list("month", flat=True))
        wanted = [month for month in months_of_year(year) if month >= first and month not in has]
        if not wanted:
            raise NotNow("Every month of this year that is not over has its core live audits already.")
        for month in wanted:
            plan_activity(by=by, at=at, **core(month, size))
    return len(wanted)


def core(month: date, size: int) -> ActivityPlan:
    """A month's core live audits, as the year's routine has them."""
    return {
        "kind": Kind.CORE,
        "month": month,
        "title": "",
        "planned": size,
        "origin": Activity.Origin.ROUTINE,
        "origin_words": "",
        "focus": [],
        "narrow": {},
        "agencies": [],
        "lead": None,
    }
