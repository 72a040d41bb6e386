"""What the notices of escalations say: a class a kind of notice, with its template in templates/notices/."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.urls import reverse

from audits.models import Audit
from audits.notice_texts import AboutAction, AboutAudit
from escalation.models import Escalation, Pattern, Step
from people.models import User
from people.notice_texts import NoticeText


class AboutEscalation(NoticeText, abstract=True):
    """About one escalation; it opens its page."""

    escalation: Escalation
    route = "escalation"
    args: ClassVar[tuple[str, ...]] = ("escalation.ref",)

    @property
    def about_safety(self) -> bool:
        """Whether it follows a safeguarding concern."""
        return self.escalation.path == Escalation.Path.SAFEGUARDING


class AboutStep(NoticeText, abstract=True):
    """About one step; it opens the page of its escalation."""

    step: Step
    route = "escalation"
    args = ("step.escalation.ref",)
    due = "step.due_on"

    @property
    def about_safety(self) -> bool:
        """Whether it follows a safeguarding concern."""
        return self.step.escalation.path == Escalation.Path.SAFEGUARDING


class AboutPattern(NoticeText, abstract=True):
    """About one pattern, with its title and the sentence that says what was found; it opens its page."""

    pattern: Pattern
    title: str
    sentence: str
    route = "pattern"
    args = ("pattern.ref",)


# Escalations and their steps


class EscalationOpened(AboutEscalation):
    """To the owners of its first steps and whoever is told of its path. `yours`: the reader's steps, or ""."""

    yours: str


class EscalationFinished(AboutEscalation):
    """To all who were told of it, and the owners: nothing more is asked. Why it ended early stands on its page alone,
    for it may tell of the child."""

    ended_early: bool


class CaseMoved(AboutEscalation):
    """To both sides: the case of an open escalation moved, has another worker, or closed. `what` says which."""

    what: str


class CaseMovedAway(AboutEscalation):
    """To whoever no longer answers for the child, and may not open it: nothing more is asked of them."""

    what: str
    route = "work"
    args = ()


class ConcernAcknowledged(AboutEscalation):
    """To whoever raised a concern: somebody has acknowledged it."""

    by: User


class StepOpened(AboutStep):
    """To its owner: the next step begins. `title` names it, `closes` says what closes it."""

    title: str
    closes: str
    until: date


class StepRecorded(AboutStep):
    """To whoever signs it: what was done is recorded. `question` is what they are to agree to."""

    by: User
    question: str


class StepSentBack(AboutStep):
    """To its owner: the QA Officer says what is missing."""

    by: User


class StepPassedUp(AboutStep):
    """To whom it was passed up and to its owner."""

    by: User
    title: str


class StepExtended(AboutStep):
    """To its owner: a step has a later date."""

    by: User
    title: str


class StepHandedOver(AboutStep):
    """To the new owner and the old one."""

    by: User
    title: str


class StepAsked(AboutStep):
    """To whom it waits for: somebody asks for it."""

    by: User
    title: str
    urgent = True


class ReAuditToDecide(AboutStep):
    """To the Assistant Director: the re-audit is no better."""

    re_audit: Audit


class ReAuditNeededAgain(AboutStep):
    """To the step's owner: the re-audit that had answered it was voided."""

    re_audit: Audit


# What time does


class DeadlineMissed(NoticeText):
    """To the next person up: what of one audit was due on one day is still open.

    `ref` is the step's or the action's; `names` are whom it waits for now, `missing` is what they have not done, `why`
    the grade or the word safeguarding; `days_late` are working days. `safety`: it follows a safeguarding concern. Some
    of those told may not open single actions, and have no link to one.
    """

    ref: str
    of_step: bool
    opens_actions: bool
    what: str
    audit: str
    team: str
    due_on: date
    names: str
    days_late: int
    why: str
    missing: str
    safety: bool

    @property
    def about_safety(self) -> bool:
        """Whether it follows a safeguarding concern."""
        return self.safety

    def link(self) -> str:
        """The escalation of a step, else the action."""
        if self.of_step:
            return reverse("escalation", args=[self.ref.partition("/")[0]])
        return reverse("action", args=[self.ref]) if self.opens_actions else ""


class OwnerGone(NoticeText):
    """To the QA Officers and Heads of Service: who left has so many steps and actions; nobody, where `who` is ""."""

    who: str
    count: int
    route = "escalations-owners"


class ActionMoved(AboutAction):
    """To the owner: a bank holiday moved an action's date. `holiday` is its title."""

    holiday: str


class StepMoved(AboutStep):
    """To the owner: a bank holiday moved a step's date. `holiday` is its title."""

    holiday: str


class ProgressNoteAsked(AboutAudit):
    """To the responsible manager: how is the child, three months after an audit on that path closed?"""


class DidItLast(AboutAudit):
    """To the responsible manager, then to the QA Officers: did what was done three months ago last? By `until`."""

    until: date
    count: int


class MonthNotDone(AboutAudit):
    """To whoever owes it, then to the QA Officers: the month after an audit is over, and something is `missing`."""

    until: date
    missing: str
    names: str
    days_late: int
    route = "audit-follow-up"
    due = "until"


class ActionUnchecked(AboutAction):
    """To whoever checks it, then to the next above: an action is done, and nobody has checked it by `until`."""

    until: date


# Patterns


class PatternFound(AboutPattern):
    """To its owner, the Heads of Service and the QA Officers."""


class PatternUndecided(AboutPattern):
    """To the next person up: nobody has decided what follows from it. `due_on` is when it was to be."""

    due_on: date


class PatternUnplanned(AboutPattern):
    """To the next person up: the audit that was decided on is not on the programme. `due_on` is when it was to be."""

    due_on: date


class PatternDecided(AboutPattern):
    """To its owner, the Heads of Service and the QA Officers. `to_plan`: an audit goes on the programme."""

    by: User
    to_plan: bool


class PatternPlanned(AboutPattern):
    """To its owner and the Heads of Service: the audit is on the programme."""

    by: User
