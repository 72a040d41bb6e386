"""The grades: each chair proposes unseen, both are revealed together, one is agreed (App. 2, Grading).

A grade is never computed. Where the two cannot agree, the QA Team advises and, if it is still open, rules; all
three views are kept (lifecycle: Grades, Disagreement).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from audits import states
from audits.locking import MeetingTurn, bump_revision, check_in_meeting, lock_audit, meeting_transaction
from audits.models import Audit, Chair, Judgement, Proposal, SecondWorkerProposal
from audits.notice_texts import AdviceAsked, AdviceGiven, GradeRuled
from audits.record import clashes as meeting_clashes
from audits.record.clashes import clashes
from people import access, notices, trail
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale, has_words, written
from standards import standard_sets
from standards.grades import Grade, kept_grade, word_of
from standards.models import StandardSet

State = Judgement.State


def judgement_of(audit: Audit, number: int) -> Judgement:
    """The judgement's row, locked; the audit it carries is the one handed in. Refused (422) for a number it lacks."""
    judgement = Judgement.objects.select_for_update(no_key=True).filter(audit=audit, number=number).first()
    if judgement is None:
        raise Refused("There is no such grade in this audit. Open the page again.")
    judgement.audit = audit
    return judgement


def check_grade(grade: str, standard_set: StandardSet) -> str:
    """The grade, as the set calls it. Refused (422) for anything but one of the four."""
    if grade not in Grade.values:
        raise Refused("Choose one of the four grades.", "grade")
    return standard_sets.grade_in(standard_set, grade)


def check_applies(judgement: Judgement) -> None:
    """Refused (409) while the standard is marked as not applying."""
    if not judgement.applies:
        raise NotNow("This standard is marked as not applying to this child. Bring it back first.")


def propose_grade(audit: Audit, number: int, *, by: User, at: datetime, grade: str, words: str = "") -> Judgement:
    """One chair's grade, with a sentence of why. The other sees nothing until theirs is in; then both are revealed.

    Before the reveal a chair may change their own. After it, another proposal opens a new round, which takes off what
    was agreed; the same sent again (a second click) does nothing, save in answer to advice. Equal proposals agree at
    once. Refused: not in a chair (403), meeting not going on or with an adviser's ruling (409), no such grade (422).
    """
    chosen, words = check_grade(grade, audit.standard_set), written(words, "words")
    with meeting_transaction(audit, by=by, at=at) as meeting:
        judgement = judgement_of(meeting.audit, number)
        check_applies(judgement)
        was = judgement.state
        again = judgement.state not in Judgement.UNREVEALED
        if again:
            states.JUDGEMENT.check(judgement.state, "again")
        of_round = {proposal.chair: proposal for proposal in judgement.proposals.filter(round=judgement.round)}
        mine = of_round.get(meeting.chair)
        if mine and (mine.grade, mine.words) == (chosen, words) and judgement.state != State.REFERRED:
            return judgement
        if again:
            new_round(judgement)
            of_round = {}
        judgement.state = states.JUDGEMENT.check(judgement.state, "propose")
        if mine is None or again:
            mine = of_round[meeting.chair] = Proposal(judgement=judgement, round=judgement.round, chair=meeting.chair)
        mine.grade, mine.words, mine.proposed_at, mine.proposed_by = chosen, words, at, by
        mine.save()
        meeting.act.add("grade.proposed", judgement, was=was, now=judgement.state)
        if len(of_round) == len(Chair):
            reveal_proposals(meeting, judgement, [of_round[chair] for chair in Chair])
        if judgement.state != was or again:
            judgement.save()
    return judgement


def propose_grades(audit: Audit, grades: Mapping[int, tuple[str, str]], *, by: User, at: datetime) -> list[Judgement]:
    """One chair's grades of several standards at once, each with its sentence: all or none.

    Refused: none chosen (422), else as `propose_grade` does.
    """
    if not grades:
        raise Refused("Pick a grade for at least one standard.")
    with trail.acting(by=by, at=at):
        return [
            propose_grade(audit, number, by=by, at=at, grade=grade, words=words)
            for number, (grade, words) in grades.items()
        ]


def new_round(judgement: Judgement) -> None:
    """Empty what the last round came to; its proposals stay."""
    judgement.round += 1
    judgement.state = State.BLANK
    judgement.offered = judgement.grade = judgement.clash_why = judgement.stands_why = ""
    judgement.clash_of, judgement.stands_of = [], []


def reveal_proposals(meeting: MeetingTurn, judgement: Judgement, both: list[Proposal]) -> None:
    """Reveal both proposals to both chairs; equal ones agree, unless the marks ask for a reason first."""
    judgement.state = states.JUDGEMENT.check(judgement.state, "reveal")
    seen = {str(proposal.chair): {"grade": kept_grade(proposal.grade), "words": proposal.words} for proposal in both}
    if meeting.audit.second_worker_id is not None:
        theirs = SecondWorkerProposal.of_this_round(judgement)
        if theirs is not None:
            seen["second_worker"] = {"grade": kept_grade(theirs.grade), "words": theirs.words}
    meeting.act.add("grade.revealed", judgement, was=State.PROPOSED, now=judgement.state, content=seen)
    if both[0].grade == both[1].grade:
        if clashes(judgement, both[0].grade):
            judgement.offered = ""
        else:
            agree_grade(meeting, judgement, both[0].grade)


def agree_grade(meeting: MeetingTurn, judgement: Judgement, grade: str) -> None:
    """Fix the grade as agreed by both."""
    was, judgement.state = judgement.state, states.JUDGEMENT.check(judgement.state, "confirm")
    judgement.grade, judgement.offered = grade, ""
    record_grade(meeting.act, "grade.agreed", judgement, was=was, grade=grade)


def record_grade(act: trail.Act, what: str, judgement: Judgement, *, was: str, grade: str) -> None:
    """Write a grade in the trail, with its set's word and the reason that it was given for."""
    content = {"grade": kept_grade(grade)}
    act.add(what, judgement, was=was, now=judgement.state, why=judgement.clash_why, content=content)


def offer_grade(audit: Audit, number: int, *, by: User, at: datetime, grade: str, clash_why: str = "") -> Judgement:
    """The auditor enters the grade the two have come to; where the proposals were equal it is agreed at once.

    Refused: not the auditor (403), before both proposals are in (409), no reason where the marks or the other
    grades do not sit with it (422).
    """
    chosen, reason = check_grade(grade, audit.standard_set), written(clash_why, "clash_why")
    with meeting_transaction(audit, Chair.AUDITOR, by=by, at=at) as meeting:
        judgement = judgement_of(meeting.audit, number)
        check_applies(judgement)
        was, judgement.state = judgement.state, states.JUDGEMENT.check(judgement.state, "offer")
        against = clashes(judgement, chosen)
        if against and not has_words(reason):
            raise Refused(f"To keep {word_of(chosen)}, say why: {against[0].sentence}", "clash_why")
        judgement.offered, judgement.clash_why = chosen, reason if against else ""
        judgement.clash_of = meeting_clashes.keys_of(against)
        record_grade(meeting.act, "grade.offered", judgement, was=was, grade=chosen)
        proposed = set(judgement.proposals.filter(round=judgement.round).values_list("grade", flat=True))
        if proposed == {chosen}:
            agree_grade(meeting, judgement, chosen)
        judgement.save()
    return judgement


def confirm_grade(audit: Audit, number: int, *, by: User, at: datetime, grade: str) -> Judgement:
    """The keyworker confirms the grade on offer. `grade` is the one their page showed.

    Refused: not the keyworker (403), nothing on offer (409), another grade on offer than the page showed (Stale, 409).
    """
    with meeting_transaction(audit, Chair.KEYWORKER, by=by, at=at) as meeting:
        judgement = judgement_of(meeting.audit, number)
        check_applies(judgement)
        states.JUDGEMENT.check(judgement.state, "confirm")
        if not judgement.offered:
            raise NotNow("There is no grade to confirm yet. The auditor enters the one you come to.")
        if judgement.offered != grade:
            now = word_of(judgement.offered)
            raise Stale(f"The auditor has changed the grade to {now}. Read it again before you confirm.", current=now)
        agree_grade(meeting, judgement, judgement.offered)
        judgement.save()
    return judgement


def say_why(
    audit: Audit, number: int, *, by: User, at: datetime, stands_why: str, against: str = "", more: bool = False
) -> Judgement:
    """The auditor says why a settled grade stands against what was found since, without opening the grade again.

    It answers what stands against it now, and nothing that comes after. `against` is what the page showed of that;
    `more` adds it to the reason that was given before.
    Refused: no words (422), not the auditor (403), no settled grade, nothing against it, or another thing by now (409).
    """
    reason = written(stands_why, "stands_why")
    if not has_words(reason):
        raise Refused("Say in a sentence why this grade stands.", "stands_why")
    with meeting_transaction(audit, Chair.AUDITOR, by=by, at=at) as meeting:
        judgement = judgement_of(meeting.audit, number)
        check_applies(judgement)
        if not judgement.grade:
            raise NotNow("There is no agreed grade here to give a reason for. Agree it first.")
        standing = meeting_clashes.standing_of(judgement)
        if not standing:
            raise NotNow("Nothing stands against this grade any more, so it needs no reason.")
        if against and against != meeting_clashes.digest(standing):
            raise Stale("What stands against this grade has changed. Read it again, then say why it stands.")
        before = meeting_clashes.without_no_reason(judgement.stands_why) if more else ""
        judgement.stands_why, judgement.stands_of = f"{before} {reason}".strip(), meeting_clashes.keys_of(standing)
        judgement.save()
        meeting.act.add("grade.reasoned", judgement, was=judgement.state, now=judgement.state, why=reason)
    return judgement


def say_reasons(audit: Audit, reasons: Mapping[int, tuple[str, str]], *, by: User, at: datetime) -> None:
    """Why several settled grades stand, each with what the page showed as standing against it: all or none.

    Refused as `say_why` does.
    """
    with trail.acting(by=by, at=at):
        for number, (reason, against) in reasons.items():
            say_why(audit, number, by=by, at=at, stands_why=reason, against=against, more=True)


def refer_grade(audit: Audit, number: int, *, by: User, at: datetime, advisers: list[User]) -> Judgement:
    """Either chair asks the QA Team about one grade they cannot agree; the rest of the meeting goes on.

    `advisers` are the people of the QA Team who may advise (never a chair of this audit). Refused: before the
    reveal (409), no adviser who is not in a chair (409).
    """
    with meeting_transaction(audit, by=by, at=at) as meeting:
        judgement = judgement_of(meeting.audit, number)
        check_applies(judgement)
        was, judgement.state = judgement.state, states.JUDGEMENT.check(judgement.state, "refer")
        free = [person for person in advisers if not meeting.audit.is_in_meeting(person)]
        if not free:
            raise NotNow("Nobody in the QA Team is free of this audit. Ask the Head of QA to name an adviser.")
        judgement.offered = ""
        judgement.referred_at, judgement.referred_by = at, by
        judgement.advice, judgement.advised_at, judgement.advised_by, judgement.adviser = "", None, None, None
        judgement.save()
        meeting.act.add("grade.referred", judgement, was=was, now=judgement.state)
        notices.notify(
            to=free,
            text=AdviceAsked(meeting.audit, judgement, by),
            key=f"{judgement.ref}:referred:{judgement.round}",
            at=at,
        )
    return judgement


def refer_unresolved_grades(audit: Audit, *, by: User, at: datetime, advisers: list[User]) -> list[Judgement]:
    """At the meeting's end: every grade that the two still see differently goes to the QA Team, all or none.

    Refused: nothing is unresolved (409), else as `refer` does.
    """
    with transaction.atomic():
        revealed = audit.judgements.filter(state=State.REVEALED, applies=True).prefetch_related("proposals")
        apart = [
            judgement.number
            for judgement in revealed
            if len({p.grade for p in judgement.proposals.all() if p.round == judgement.round}) > 1
        ]
        if not apart:
            raise NotNow("There is no grade left on which you differ.")
        return [refer_grade(audit, number, by=by, at=at, advisers=advisers) for number in apart]


def check_adviser(audit: Audit, judgement: Judgement, *, by: User) -> None:
    """Refused (403) for anybody outside the QA Team and for the two chairs; (409) for a grade nobody asked about."""
    if not access.may(by, Permission.RULE_ON_GRADE) or audit.is_in_meeting(by):
        raise NotAllowed("Advice comes from a member of the QA Team who is not in this audit.")
    if judgement.adviser_id not in (None, by.pk) and not access.holds(by, Role.HEAD_OF_QA):
        raise NotAllowed("Another member of the QA Team has taken this on.")
    states.JUDGEMENT.check(judgement.state, "rule")


def advise_on_grade(audit: Audit, number: int, *, by: User, at: datetime, advice: str) -> Judgement:
    """The QA adviser says what they think; both chairs may propose again (a new round).

    Refused: no words (422), not an adviser (403), nobody asked or the meeting not going on (409).
    """
    advice = written(advice, "advice", "Write your advice for the two of them.")
    with trail.acting(by=by, at=at) as act:
        fresh = lock_audit(audit)
        check_in_meeting(fresh)
        judgement = judgement_of(fresh, number)
        check_adviser(fresh, judgement, by=by)
        judgement.adviser, judgement.advice = by, advice
        judgement.advised_at, judgement.advised_by = at, by
        judgement.save()
        bump_revision(fresh)
        act.add(
            "grade.advised", judgement, was=judgement.state, now=judgement.state, content={"advice": judgement.advice}
        )
        notices.notify(
            to=[fresh.auditor, fresh.keyworker],
            text=AdviceGiven(fresh, judgement, by),
            key=f"{judgement.ref}:advised:{judgement.round}",
            at=at,
        )
    return judgement


def rule_on_grade(audit: Audit, number: int, *, by: User, at: datetime, grade: str, why: str) -> Judgement:
    """The adviser's grade stands, where the two still cannot agree after advice. All three views are kept.

    Refused: before any advice (409), no reason or grade (422), not the adviser (403).
    """
    chosen = check_grade(grade, audit.standard_set)
    reason = written(why, "why", "Say why you rule so; both of them read it.")
    with trail.acting(by=by, at=at) as act:
        fresh = lock_audit(audit)
        check_in_meeting(fresh)
        judgement = judgement_of(fresh, number)
        check_adviser(fresh, judgement, by=by)
        if judgement.advised_at is None:
            raise NotNow("Give advice first, so that the two of them can still agree.")
        was, judgement.state = judgement.state, states.JUDGEMENT.check(judgement.state, "rule")
        judgement.grade, judgement.clash_why, judgement.adviser = chosen, reason, by
        judgement.clash_of = meeting_clashes.keys_of(clashes(judgement, chosen))
        judgement.save()
        bump_revision(fresh)
        record_grade(act, "grade.ruled", judgement, was=was, grade=chosen)
        notices.notify(
            to=[fresh.auditor, fresh.keyworker],
            text=GradeRuled(fresh, judgement, by),
            key=f"{judgement.ref}:ruled:{judgement.round}",
            at=at,
        )
    return judgement
