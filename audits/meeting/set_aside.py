"""Setting a standard aside: one chair proposes with a reason, the other confirms (lifecycle: Grades).

Never the case as a whole, never a grade that is with the QA Team or ruled, and never the last standard there is.
"""

from __future__ import annotations

from datetime import datetime

from audits import states
from audits.locking import MeetingTurn, meeting_transaction
from audits.meeting.grading import check_applies, judgement_of, new_round
from audits.models import CASE_NUMBER, Audit, Chair, Judgement
from people.models import User
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, written

State = Judgement.State
FEWEST_WORDS = 3
"""Words that a reason needs at least, to be one."""


def propose_aside(audit: Audit, number: int, *, by: User, at: datetime, why: str) -> Judgement:
    """One chair says why a standard does not apply to this child. Its grades stay until the other chair confirms.

    Said again by the same chair, the newer reason counts. Refused: the case as a whole, or no sentence (422), not in a
    chair (403), with the QA Team, ruled, set aside, proposed by the other chair or the last standard there is (409).
    """
    reason = written(why, "why", "Say why this standard does not apply to this child.")
    if sum(any(char.isalpha() for char in word) for word in reason.split()) < FEWEST_WORDS:
        raise Refused("Say in a sentence why this standard does not apply to this child. Both of you sign it.", "why")
    with meeting_transaction(audit, by=by, at=at) as meeting:
        judgement = check_can_be_aside(meeting, number)
        if judgement.aside_by is not None and judgement.aside_by != by:
            raise NotNow(f"{judgement.aside_by} has proposed this already. Confirm it, or say that it does apply.")
        judgement.aside_why, judgement.aside_at, judgement.aside_by = reason, at, by
        judgement.save()
        meeting.act.add("grade.aside_proposed", judgement, was=judgement.state, now=judgement.state, why=reason)
    return judgement


def confirm_aside(audit: Audit, number: int, *, by: User, at: datetime, why: str) -> Judgement:
    """The other chair agrees: the standard is set aside, with the reason that their page showed (`why`).

    What was proposed or agreed on it stays with the audit and counts no more, brought back or not. Refused: whoever
    proposed it (403), nothing proposed, another reason by now, or as `propose_aside` (409).
    """
    with meeting_transaction(audit, by=by, at=at) as meeting:
        judgement = check_can_be_aside(meeting, number)
        check_proposed(judgement)
        if judgement.aside_by == by:
            raise NotAllowed("You proposed it, so the other chair confirms. Ask them to do it from their own screen.")
        if written(why, "why") != judgement.aside_why:
            raise NotNow(f"{judgement.aside_by} has changed the reason. Read it again before you confirm.")
        was = judgement.state
        if judgement.proposals.filter(round=judgement.round).exists():
            new_round(judgement)
        judgement.state = states.JUDGEMENT.check(was, "set aside")
        judgement.applies, judgement.applies_why = False, judgement.aside_why
        clear_proposal(judgement)
        judgement.save()
        meeting.act.add("grade.set_aside", judgement, was=was, now=judgement.state, why=judgement.applies_why)
    return judgement


def decline_aside(audit: Audit, number: int, *, by: User, at: datetime) -> Judgement:
    """Either chair says that the standard does apply: the other answers so, or whoever proposed it takes it back.

    Refused: nothing proposed (409), not in a chair (403).
    """
    with meeting_transaction(audit, by=by, at=at) as meeting:
        judgement = judgement_of(meeting.audit, number)
        check_proposed(judgement)
        why = judgement.aside_why
        clear_proposal(judgement)
        judgement.save()
        meeting.act.add("grade.aside_declined", judgement, was=judgement.state, now=judgement.state, why=why)
    return judgement


def bring_back(audit: Audit, number: int, *, by: User, at: datetime) -> Judgement:
    """The auditor says that the standard does apply after all."""
    with meeting_transaction(audit, Chair.AUDITOR, by=by, at=at) as meeting:
        judgement = judgement_of(meeting.audit, number)
        if not judgement.applies:
            judgement.applies, judgement.applies_why = True, ""
            judgement.save()
            meeting.act.add("grade.brought_back", judgement, was=State.BLANK, now=State.BLANK)
    return judgement


def check_can_be_aside(meeting: MeetingTurn, number: int) -> Judgement:
    """The judgement, locked. Refused: the case (422); set aside, with the QA Team, ruled or the last one (409)."""
    if number == CASE_NUMBER:
        raise Refused("The case as a whole is always graded.")
    judgement = judgement_of(meeting.audit, number)
    check_applies(judgement)
    if judgement.state == State.REFERRED:
        raise NotNow("This grade is with the QA Team, so its standard cannot be set aside. Wait for their answer.")
    states.JUDGEMENT.check(judgement.state, "set aside")
    others = meeting.audit.judgements.filter(applies=True).exclude(number__in=(number, CASE_NUMBER))
    if not others.exists():
        raise NotNow("This is the last standard that applies, and an audit grades at least one. Bring one back first.")
    return judgement


def check_proposed(judgement: Judgement) -> None:
    """Refused (409) unless a chair has proposed to set it aside."""
    if judgement.aside_by is None:
        raise NotNow("Nobody proposes to set this standard aside any more. Open the page again to see how it stands.")


def clear_proposal(judgement: Judgement) -> None:
    """Take off what was proposed."""
    judgement.aside_why, judgement.aside_at, judgement.aside_by = "", None, None
