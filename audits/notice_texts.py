"""What the notices of the audits say: a class a kind of notice, with the template of its name in templates/notices/."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from audits.models import Action, Audit, Import, Judgement, Viewing
from audits.part_of import theme_of
from people.models import User
from people.notice_texts import NoticeText


class AboutAudit(NoticeText, abstract=True):
    """About one audit; it opens its page, or that of its `route`. Its words end with its theme, where it has one."""

    audit: Audit
    route = "audit"
    args: ClassVar[tuple[str, ...]] = ("audit.ref",)

    def words(self) -> tuple[str, str]:
        """As its template has it, with the theme."""
        subject, body = super().words()
        return subject, " ".join([body, *theme_of(self.audit)])


class AboutGrade(AboutAudit, abstract=True):
    """About one grade of an audit; it opens the meeting at its standard."""

    judgement: Judgement
    route = "audit-meeting"
    query = {"step": "judgement.slug"}


class AboutAdvice(AboutAudit, abstract=True):
    """About one grade on which the QA Team is asked; it opens the page on which they answer."""

    judgement: Judgement
    route = "audit-advice"
    args = ("audit.ref", "judgement.number")


class AboutAction(NoticeText, abstract=True):
    """About one action of a plan; it opens its page."""

    action: Action
    route = "action"
    args = ("action.ref",)


# The draw


class AuditorAllocated(AboutAudit):
    """To the auditor: an audit has been given to them."""

    urgent = True


class CaseToBeAudited(AboutAudit):
    """To the keyworker: one of their cases is to be audited."""

    urgent = True


class AuditorTakenOff(AboutAudit):
    """To an auditor: an audit is no longer theirs, so that My work is what they may open."""

    route = "work"
    args = ()


class SpotViewRecorded(NoticeText):
    """To the keyworker: what a director learned from one of their case files is to be put on the file."""

    viewing: Viewing
    by: User
    route = "viewing"
    args = ("viewing.pk",)


# Before the meeting


class MeetingBookedForAuditor(AboutAudit):
    """To the auditor: when and where they meet the keyworker."""

    route = "audit-pack"


class MeetingBookedForKeyworker(AboutAudit):
    """To the keyworker: when and where they meet the auditor. `by` is whoever booked it; None for the auditor."""

    by: User | None
    route = "audit-prepare"


class MeetingBookedForSecondWorker(AboutAudit):
    """To the second worker: when and where they have the third chair."""

    route = "audit-prepare"


class MeetingCancelled(AboutAudit):
    """To every chair: a booked meeting does not take place."""


class FileChecked(AboutAudit):
    """To the auditor: the keyworker says that the file on Mosaic is up to date."""

    by: User


class MeetingSoonForAuditor(AboutAudit):
    """To the auditor: a reminder of a booked meeting."""

    route = "audit-pack"


class MeetingSoonForKeyworker(AboutAudit):
    """To the keyworker: a reminder of a booked meeting."""

    route = "audit-prepare"


class MeetingSoonForSecondWorker(AboutAudit):
    """To the second worker: a reminder of a booked meeting."""

    route = "audit-prepare"


class MeetingNotBooked(AboutAudit):
    """To the auditor: the month runs out, or is `over`, and the meeting is not booked."""

    over: bool
    route = "audit-book"


class MeetingNotBookedForQa(AboutAudit):
    """To the QA Officers: the meeting is still not booked. `reminded`: its auditor was told before."""

    over: bool
    reminded: bool


# The meeting and its record


class MeetingNotEnded(AboutAudit):
    """To the auditor and the QA Officers: a meeting was not held, or has not ended. `day` is when it was to be."""

    day: date


class MeetingPaused(AboutAudit):
    """To the other chair: the meeting is paused, until a day or for now."""

    by: User
    route = "audit-meeting"
    urgent = True


class MeetingOpenedEarly(AboutAudit):
    """To the keyworker: the meeting was opened though it was not booked, or they had not said that they are ready."""

    by: User
    route = "audit-meeting"


class MeetingReopened(AboutAudit):
    """To the other chair: the meeting was taken up again after its end."""

    by: User
    route = "audit-meeting"


class ObserverAgreed(AboutAudit):
    """To a manager: both chairs agree that they watch the meeting."""

    route = "audit-watch"
    urgent = True


class AdviceAsked(AboutAdvice):
    """To the QA Team: a grade that the chairs cannot agree waits for advice."""

    by: User
    urgent = True


class AdviceLate(AboutAdvice):
    """To the QA Team: advice on a grade was not given in time."""


class AdviceGiven(AboutGrade):
    """To both chairs: the QA Team's advice on a grade is there."""

    by: User


class GradeRuled(AboutGrade):
    """To both chairs: the QA Team's adviser has ruled on a grade."""

    by: User


class AuditToSign(AboutAudit):
    """To both chairs: the meeting has ended and its record is to be signed."""

    route = "audit-sign"


class SignatureDue(AboutAudit):
    """To a chair who has not signed, on the last day for it, `until`, or after it where that day had no sweep."""

    until: date
    route = "audit-sign"
    urgent = True


class SignatureLate(AboutAudit):
    """To the QA Team: the days to sign are over. `names` are those who have not signed."""

    names: str


class AuditFinal(AboutAudit):
    """To both chairs and the responsible manager: the audit is signed and final, with so many actions."""

    actions: int


class AuditWithdrawn(AboutAudit):
    """To both chairs: the audit is withdrawn."""

    by: User


class AuditVoided(AboutAudit):
    """To both chairs and the responsible manager: the audit is void. `concern`: one raised in it stays open."""

    by: User
    concern: bool


# The follow-up


class ActionDone(AboutAction):
    """To whoever checks it next: an action is done."""

    by: User


class ActionSigned(AboutAction):
    """To the QA Officers: the Head of Service has signed an action."""

    by: User


class ActionsSigned(AboutAudit):
    """To the QA Officers: the Head of Service has signed the immediate actions of an audit, so many at once."""

    by: User
    count: int
    route = "audit-follow-up"


class ActionSentBack(AboutAction):
    """To the owner: something is missing of an action that they did."""

    by: User


class ActionCancelled(AboutAction):
    """To the owner: an action is cancelled."""

    by: User


class ActionExtended(AboutAction):
    """To the owner: an action has a later date."""

    by: User


class ActionReassigned(AboutAction):
    """To the new owner and the old one: an action has changed hands."""

    by: User


class ActionAdded(AboutAction):
    """To the owner: an action was agreed in supervision."""

    by: User


class EntryTakenBack(AboutAudit):
    """To keyworker and manager: the audit's entry is not where it was said to be, after all."""

    by: User
    where: str
    route = "audit-follow-up"


class AuditClosed(AboutAudit):
    """To both chairs and the responsible manager: nothing more is needed. `actions`: how many were checked."""

    actions: int


# Taking an import back


class AuditPutBack(AboutAudit):
    """To an auditor whom an import gave an audit that now goes back to who had it before."""

    route = "work"
    args = ()


class ImportTakenBack(NoticeText):
    """To whoever took an import back, and the Heads of QA. `stays`: how many things built on it stay."""

    undone: Import
    by: User | None
    stays: int
    route = "register-import-one"
    args = ("undone.pk",)
