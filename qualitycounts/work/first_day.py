"""Setting a council up: ten steps, each with its state read off the data, who can do it, and where.

Nothing is late before the first draw: until then what is asked for on My work is due today, whatever the calendar says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Q
from django.urls import reverse

from audits.models import Activity, Audit, Case, Draw, Import
from audits.register import extracts
from people import access, council_identity, first_steps, job_titles, mail_test, waiting_roles, welcome
from people.administrators import administrators
from people.directory import holders, works_here_q
from people.models import CouncilSetting, MailTest, Team, User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import date_in_words, moment_in_words
from qualitycounts.work.parts import Item, Line, Part
from standards.models import Criterion, Standard, StandardSet

ADMINISTRATOR, QA_OFFICER = "an administrator", "the QA Officer"


@dataclass(slots=True)
class Step:
    """One step. `state` is its mark: agreed (done), now, blank (to come), no (something is wrong), na (set aside).

    `said` stands beside the title, `more` and `links` under it. `whose` can do it; `mine` is whether the reader can.
    """

    slug: str
    title: str
    done: bool
    said: str
    more: str
    links: list[Line] = field(default_factory=list)
    whose: str = ADMINISTRATOR
    mine: bool = False
    wrong: bool = False
    ready: bool = True
    aside: CouncilSetting | None = None
    now: bool = False

    @property
    def state(self) -> str:
        """The mark before the step."""
        if self.done:
            return "agreed"
        if self.aside:
            return "na"
        return "no" if self.wrong else "now" if self.now else "blank"

    @property
    def open(self) -> bool:
        """Whether somebody has still to do it."""
        return not self.done and not self.aside

    @property
    def waits_aside(self) -> bool:
        """Whether it was set aside and is not done all the same."""
        return self.aside is not None and not self.done

    @property
    def stands_open(self) -> bool:
        """Whether the page shows it in full: the next, or one to come."""
        return self.state in ("now", "blank")

    @property
    def can_wait(self) -> bool:
        """Whether it may be set aside."""
        return self.slug in first_steps.CAN_WAIT


@dataclass(frozen=True, slots=True)
class FirstDay:
    """The ten steps as one person sees them, and what the page says beside them."""

    steps: list[Step]
    untold: int
    test: MailTest | None
    reaches_nobody: bool

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step.done for step in self.steps)

    @property
    def aside(self) -> int:
        """How many are set aside."""
        return sum(step.waits_aside for step in self.steps)

    @property
    def to_do(self) -> list[Step]:
        """The steps that somebody has still to do."""
        return [step for step in self.steps if step.open]

    @property
    def mine(self) -> list[Step]:
        """Those of them that the reader can do now."""
        return [step for step in self.to_do if step.mine and step.ready]

    @property
    def theirs(self) -> dict[str, int]:
        """How many wait for whom, of those that wait for somebody else."""
        waiting = [step.whose for step in self.to_do if not step.mine]
        return {whose: waiting.count(whose) for whose in dict.fromkeys(waiting)}


def has_begun() -> bool:
    """Whether the council's first cases have been drawn: from then on there are dates, reminders and lateness."""
    return Audit.objects.exists()


def first_day(user: User, *, at: datetime) -> FirstDay:
    """The ten steps as they stand, in a fixed number of queries."""
    on = day_of(at)
    aside = first_steps.steps_set_aside()
    test = mail_test.latest_test()
    steps = [signed_in(on), council(), mail(test), *people_steps(on), *work_steps(on)]
    keeps = {
        ADMINISTRATOR: access.may(user, Permission.MANAGE_USERS),
        QA_OFFICER: access.may(user, Permission.RUN_SELECTION),
    }
    for step in steps:
        step.mine, step.aside = keeps[step.whose], aside.get(step.slug)
        if step.mine and step.open and step.whose == QA_OFFICER:
            step.said = "To do" if step.ready else "After the cases"
    if first := next((step for step in steps if step.open and step.mine and step.ready), None):
        first.now = True
    untold = welcome.never_welcomed(on).exclude(pk=user.pk).count()
    return FirstDay(steps, untold, test, mail_test.reaches_nobody())


def signed_in(on: date) -> Step:
    """An administrator is there to read this."""
    more, links = "With the link the server printed; it worked once and is used up.", []
    if administrators(on=on).count() == 1:
        links = [Line("Make a second administrator", reverse("people"), "for the day you are away")]
    return Step("sign-in", "You can sign in", True, "Done", more, links)


def council() -> Step:
    """The council's name and colour, from the page or from the server."""
    name, colour = council_identity.NAME, council_identity.COLOUR
    done = council_identity.is_named()
    more = f"{name.value()}, colour {colour.value()}."
    if not done:
        more = f"Until you say, pages and mails call it {name.value()}, which is our example."
    links = [
        Line("The name", reverse("setting", args=[name.slug])),
        Line("The colour", reverse("setting", args=[colour.slug])),
    ]
    return Step("council", "The council’s name and colour", done, "Done" if done else "To be set", more, links)


def mail(test: MailTest | None) -> Step:
    """Whether a test mail was sent, taken and seen."""
    done = mail_test.mail_arrives()
    said, more = "No test mail yet", "Send yourself a test mail, and type the number in it."
    if test and test.fault:
        said = "The mail server refused it"
        more = f"At {moment_in_words(test.sent_at)} it said: {test.fault}"
    elif test:
        said = "Test mail not seen yet"
        more = (
            f"Sent {moment_in_words(test.sent_at)} to {test.sent_by.email} and taken by your mail server. Is it there?"
        )
    if done:
        said, more = ("Done", "A test mail arrived.") if not (test and test.fault) else (said, more)
    return Step("mail", "Mail", done and not (test and test.fault), said, more, wrong=test is not None)


def people_steps(on: date) -> list[Step]:
    """The staff list, its titles, and the first QA Officer."""
    latest = extracts.latest_applied(Import.Kind.STAFF)
    counts = User.objects.filter(works_here_q(on)).aggregate(
        people=Count("pk"), services=Count("service", distinct=True)
    ) | {"teams": Team.objects.count()}
    has_list = latest is not None
    more = f"{counts['people']:,} people, {counts['teams']} teams, {counts['services']} services" + (
        f", from {latest.file_name}, as at {date_in_words(latest.as_at)}." if latest else "."
    )
    if not has_list:
        more = "A CSV or an Excel workbook: name, e-mail, job title, service, team and the line manager’s e-mail."
    links = [Line("Import again" if has_list else "Import the staff list", reverse("register-import"))]
    if has_list:
        links.insert(0, Line("Look at them", reverse("people")))
    staff_list = Step("staff", "The staff list", has_list, "Done" if has_list else "To be imported", more, links)
    return [staff_list, titles(has_list, on), qa_officer(has_list, on)]


def titles(has_list: bool, on: date) -> Step:
    """Titles that nobody has settled, and roles that wait to be given."""
    unknown, waiting = job_titles.unknown(on=on), waiting_roles.roles_that_wait().count()
    done = has_list and not unknown and not waiting
    said = "Done" if done else "After the staff list"
    more, links = "Every title of your list is known.", [Line("The table of titles", reverse("job-titles"))]
    if has_list and unknown:
        people = sum(title.people for title in unknown)
        said = f"{len(unknown)} to say"
        more = f"{len(unknown)} new: {people:,} {'person' if people == 1 else 'people'}, staff only until then."
    if waiting:
        said = said if unknown else f"{waiting} to give"
        what = "1 role above auditor waits" if waiting == 1 else f"{waiting} roles above auditor wait"
        more = f"{more if unknown else ''} {what} to be given by an administrator.".strip()
        links.insert(0, Line("Roles that wait", reverse("waiting-roles")))
    if not has_list:
        more = "Which roles a title brings is a table that you keep. Titles that we do not know come here."
    return Step("titles", "What the job titles may do", done, said, more, links, ready=has_list)


def qa_officer(has_list: bool, on: date) -> Step:
    """Whoever runs the programme."""
    people = list(holders(Role.QA_OFFICER, on=on)[:5])
    if not people:
        more = "Whoever runs the programme: by job title, or given by hand on their page."
        links = [Line("Find them", reverse("people"))]
        if waiting_roles.roles_that_wait().filter(role=Role.QA_OFFICER).exists():
            more, links = "A role of QA Officer waits to be given.", [Line("Give it", reverse("waiting-roles"))]
        said = "To be given" if has_list else "After the staff list"
        return Step("qa-officer", "The first QA Officer", False, said, more, links, ready=has_list)
    more = f"{', '.join(user.name for user in people)}: with this same list, from the cases on."
    links = [
        Line(f"{user.name}: send the welcome mail", reverse("person", args=[user.pk]))
        for user in people
        if not user.last_login
    ]
    return Step("qa-officer", "The first QA Officer", True, "Done", more, links)


def work_steps(on: date) -> list[Step]:
    """The cases, the standards, the programme and the first draw."""
    cases, criteria = Case.objects.filter(closed_on=None).count(), Criterion.objects.filter(parent=None)
    guide = StandardSet.objects.order_by("-pk").first()
    planned = Activity.objects.filter(state=Activity.State.PLANNED).aggregate(
        all=Count("pk"), core=Count("pk", filter=Q(kind=Activity.Kind.CORE))
    )
    draw = Draw.objects.order_by("pk").first()
    latest = extracts.latest_applied(Import.Kind.CASES) if cases else None
    counts: Mapping[str, int] = {
        "standards": Standard.objects.filter(standard_set=guide).count() if guide else 0,
        "criteria": criteria.filter(section__standard__standard_set=guide).count() if guide else 0,
    }
    return [
        Step(
            "cases",
            "The cases",
            bool(cases),
            "Done" if cases else f"Waits for {QA_OFFICER}",
            f"{cases:,} open cases"
            + (f", from {latest.file_name}, as at {date_in_words(latest.as_at)}" if latest else "")
            + "."
            if cases
            else "A list of the open cases, as a CSV or an Excel workbook. It holds no child’s name.",
            [Line("Import the cases", reverse("register-import"))],
            QA_OFFICER,
        ),
        Step(
            "standards",
            "The standards",
            guide is not None,
            "Done by itself" if guide else "Not loaded",
            f"What Good Looks Like: {counts['standards']} standards, {counts['criteria']} criteria."
            if guide
            else "On the server: manage.py load_standards fixtures/standards_v7.json",
            [Line("Read them", reverse("standards"))] if guide else [],
            wrong=guide is None,
            ready=False,
        ),
        Step(
            "programme",
            "The programme of the year",
            bool(planned["all"]),
            "Done" if planned["all"] else f"Waits for {QA_OFFICER}",
            f"{planned['all']} planned, {planned['core']} of them months of core audits."
            if planned["all"]
            else "What is audited in which month, and how many.",
            [Line("The programme", reverse("programme"))],
            QA_OFFICER,
        ),
        Step(
            "draw",
            "The first draw",
            draw is not None,
            "Done" if draw else f"Waits for {QA_OFFICER}",
            f"{draw.ref}, of {draw.frame_size:,} cases."
            if draw
            else "By chance, and anybody can work it out again. From then on there are dates, reminders and lateness.",
            [Line("The draw", reverse("draw", args=[draw.ref]))]
            if draw
            else [Line("Draw", reverse("draws"))]
            if cases
            else [],
            QA_OFFICER,
            ready=bool(cases),
        ),
    ]


def first_day_part(user: User, *, at: datetime) -> Part:
    """The list on My work, for those who do its steps, until the first draw. One query once that is made."""
    part = Part()
    does = access.may(user, Permission.MANAGE_USERS) or access.may(user, Permission.RUN_SELECTION)
    if not does or has_begun():
        return part
    day, on = first_day(user, at=at), day_of(at)
    waits = f"{day.done} of {len(day.steps)} done"
    if day.mine:
        following = f"Next: {day.mine[0].title}"
        part.items.append(
            Item(on, "Set Quality Counts up", "setting up", "Go on", reverse("start"), waits, "", following)
        )
    else:
        part.waiting += [(on, Line(step.title, reverse("start"), f"Waits for {step.whose}")) for step in day.to_do]
    return part
