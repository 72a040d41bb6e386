"""The eight grades: each chair proposes unseen, both are revealed together, one is agreed (App. 2, Grading).

A grade is never computed. Where the two cannot agree, the QA Team advises and, if it is still open, rules; all
three views are kept (lifecycle: Grades, Disagreement).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audits import states
from audits.models import CASE_NUMBER, Audit, Chair, Judgement, Proposal
from audits.room import Room, check_in_meeting, locked, moved, room
from audits.warnings import clashes
from people import access, council, notices, trail
from people.models import User
from people.roles import Permission, Role
from qualitycounts.refusals import NotAllowed, NotNow, Refused, Stale, written
from standards.grades import Grade

State = Judgement.State
ADVICE_DAYS = council.Number(
    "advice_days",
    "Working days for advice on a grade",
    "The meeting",
    "The QA Team answers within this many working days where the two cannot agree a grade (App. 2, Grading). Ours.",
    default=2,
    least=1,
    most=20,
    unit="working days",
)


def judgement_of(audit: Audit, number: int) -> Judgement:
    """The judgement's row, locked; the audit it carries is the one handed in. Refused (422) for a number it lacks."""
    found = Judgement.objects.select_for_update(no_key=True).filter(audit=audit, number=number).first()
    if found is None:
        raise Refused("There is no such grade in this audit. Open the page again.")
    found.audit = audit
    return found


def check_grade(grade: str) -> Grade:
    """The grade. Refused (422) for anything but one of the four."""
    if grade not in Grade.values:
        raise Refused("Choose one of the four grades.", "grade")
    return Grade(grade)


def check_applies(judgement: Judgement) -> None:
    """Refused (409) while the standard is marked as not applying."""
    if not judgement.applies:
        raise NotNow("This standard is marked as not applying to this child. Bring it back first.")


def propose(audit: Audit, number: int, *, by: User, at: datetime, grade: str, words: str = "") -> Judgement:
    """One chair's grade, with a sentence of why. The other sees nothing until theirs is in; then both are revealed.

    Before the reveal a chair may change their own. After it, another proposal opens a new round, which takes off what
    was agreed; the same sent again (a second click) does nothing, save in answer to advice. Equal proposals agree at
    once. Refused: not in a chair (403), meeting not going on or with an adviser's ruling (409), no such grade (422).
    """
    chosen, words = check_grade(grade), written(words, "words")
    with room(audit, by=by, at=at) as here:
        judgement = judgement_of(here.audit, number)
        check_applies(judgement)
        was = judgement.state
        again = judgement.state not in (State.BLANK, State.PROPOSED)
        if again:
            states.JUDGEMENT.check(judgement.state, "again")
        mine = judgement.proposals.filter(round=judgement.round, chair=here.chair).first()
        if mine and (mine.grade, mine.words) == (chosen, words) and judgement.state != State.REFERRED:
            return judgement
        if again:
            new_round(judgement)
        judgement.state = states.JUDGEMENT.check(judgement.state, "propose")
        if mine is None or again:
            mine = Proposal(judgement=judgement, round=judgement.round, chair=here.chair)
        mine.grade, mine.words, mine.proposed_at, mine.proposed_by = chosen, words, at, by
        mine.save()
        here.act.add("grade.proposed", judgement, was=was, now=judgement.state)
        both = list(judgement.proposals.filter(round=judgement.round).order_by("chair"))
        if len(both) == len(Chair):
            reveal(here, judgement, both)
        judgement.save()
    return judgement


def new_round(judgement: Judgement) -> None:
    """Empty what the last round came to; its proposals stay."""
    judgement.round += 1
    judgement.state = State.BLANK
    judgement.offered = judgement.grade = judgement.clash_why = ""


def reveal(here: Room, judgement: Judgement, both: list[Proposal]) -> None:
    """Both are in: show them; equal ones agree, unless the marks ask for a reason first."""
    judgement.state = states.JUDGEMENT.check(judgement.state, "reveal")
    seen = {one.chair: {"grade": one.grade, "words": one.words} for one in both}
    here.act.add("grade.revealed", judgement, was=State.PROPOSED, now=judgement.state, content=seen)
    if both[0].grade == both[1].grade:
        if clashes(judgement, both[0].grade):
            judgement.offered = ""
        else:
            agree(here, judgement, both[0].grade)


def agree(here: Room, judgement: Judgement, grade: str) -> None:
    """Fix the grade as agreed by both."""
    was, judgement.state = judgement.state, states.JUDGEMENT.check(judgement.state, "confirm")
    judgement.grade, judgement.offered = grade, ""
    here.act.add(
        "grade.agreed", judgement, was=was, now=judgement.state, why=judgement.clash_why, content={"grade": grade}
    )


def offer(audit: Audit, number: int, *, by: User, at: datetime, grade: str, clash_why: str = "") -> Judgement:
    """The auditor enters the grade the two have come to; where the proposals were equal it is agreed at once.

    Refused: not the auditor (403), before both proposals are in (409), no reason where the marks or the other
    grades do not sit with it (422).
    """
    chosen, reason = check_grade(grade), written(clash_why, "clash_why")
    with room(audit, Chair.AUDITOR, by=by, at=at) as here:
        judgement = judgement_of(here.audit, number)
        check_applies(judgement)
        was, judgement.state = judgement.state, states.JUDGEMENT.check(judgement.state, "offer")
        found = clashes(judgement, chosen)
        if found and not reason:
            raise Refused(f"To keep {chosen.label}, say why: {found[0].sentence}", "clash_why")
        judgement.offered, judgement.clash_why = chosen, reason if found else ""
        here.act.add(
            "grade.offered", judgement, was=was, now=judgement.state, why=judgement.clash_why, content={"grade": chosen}
        )
        proposed = set(judgement.proposals.filter(round=judgement.round).values_list("grade", flat=True))
        if proposed == {chosen}:
            agree(here, judgement, chosen)
        judgement.save()
    return judgement


def confirm(audit: Audit, number: int, *, by: User, at: datetime, grade: str) -> Judgement:
    """The keyworker confirms the grade on offer. `grade` is the one their page showed.

    Refused: not the keyworker (403), nothing on offer (409), another grade on offer than the page showed (Stale, 409).
    """
    with room(audit, Chair.KEYWORKER, by=by, at=at) as here:
        judgement = judgement_of(here.audit, number)
        check_applies(judgement)
        states.JUDGEMENT.check(judgement.state, "confirm")
        if not judgement.offered:
            raise NotNow("There is no grade to confirm yet. The auditor enters the one you come to.")
        if judgement.offered != grade:
            now = Grade(judgement.offered).label
            raise Stale(f"The auditor has changed the grade to {now}. Read it again before you confirm.", current=now)
        agree(here, judgement, judgement.offered)
        judgement.save()
    return judgement


def set_aside(audit: Audit, number: int, *, by: User, at: datetime, why: str) -> Judgement:
    """The auditor marks a standard as not applying to this child, with a reason. The case always applies.

    Refused: the case as a whole, or no reason (422), not the auditor (403), a ruled grade (409).
    """
    if number == CASE_NUMBER:
        raise Refused("The case as a whole is always graded.")
    reason = written(why, "why", "Say why this standard does not apply to this child.")
    with room(audit, Chair.AUDITOR, by=by, at=at) as here:
        judgement = judgement_of(here.audit, number)
        was = judgement.state
        states.JUDGEMENT.check(judgement.state, "set aside")
        if judgement.proposals.filter(round=judgement.round).exists():
            new_round(judgement)
        judgement.state, judgement.applies, judgement.applies_why = State.BLANK, False, reason
        judgement.save()
        here.act.add("grade.set_aside", judgement, was=was, now=judgement.state, why=judgement.applies_why)
    return judgement


def bring_back(audit: Audit, number: int, *, by: User, at: datetime) -> Judgement:
    """The auditor says that the standard does apply after all."""
    with room(audit, Chair.AUDITOR, by=by, at=at) as here:
        judgement = judgement_of(here.audit, number)
        if not judgement.applies:
            judgement.applies, judgement.applies_why = True, ""
            judgement.save()
            here.act.add("grade.brought_back", judgement, was=State.BLANK, now=State.BLANK)
    return judgement


def refer(audit: Audit, number: int, *, by: User, at: datetime, advisers: list[User]) -> Judgement:
    """Either chair asks the QA Team about one grade they cannot agree; the rest of the meeting goes on.

    `advisers` are the people of the QA Team who may advise (never a chair of this audit). Refused: before the
    reveal (409), no adviser who is not in a chair (409).
    """
    with room(audit, by=by, at=at) as here:
        judgement = judgement_of(here.audit, number)
        check_applies(judgement)
        was, judgement.state = judgement.state, states.JUDGEMENT.check(judgement.state, "refer")
        free = [person for person in advisers if here.audit.chair_of(person) is None]
        if not free:
            raise NotNow("Nobody in the QA Team is free of this audit. Ask the Head of QA to name an adviser.")
        judgement.offered = ""
        judgement.referred_at, judgement.referred_by = at, by
        judgement.advice, judgement.advised_at, judgement.advised_by, judgement.adviser = "", None, None, None
        judgement.save()
        here.act.add("grade.referred", judgement, was=was, now=judgement.state)
        notices.tell(
            to=free,
            key=f"{judgement.ref}:referred:{judgement.round}",
            subject=f"Advice asked on a grade of {here.audit.ref}",
            body=f"{by.name} asks for the QA Team’s advice on “{judgement.title}” in audit {here.audit.ref}. "
            f"Please answer within {ADVICE_DAYS.in_words}.",
            link=f"/audits/{here.audit.ref}/advice/{number}/",
            at=at,
        )
    return judgement


def refer_unresolved(audit: Audit, *, by: User, at: datetime, advisers: list[User]) -> list[Judgement]:
    """At the meeting's end: every grade that the two still see differently goes to the QA Team, all or none.

    Refused: nothing is unresolved (409), else as `refer` does.
    """
    with transaction.atomic():
        revealed = audit.judgements.filter(state=State.REVEALED, applies=True).prefetch_related("proposals")
        apart = [
            one.number for one in revealed if len({p.grade for p in one.proposals.all() if p.round == one.round}) > 1
        ]
        if not apart:
            raise NotNow("There is no grade left on which you differ.")
        return [refer(audit, number, by=by, at=at, advisers=advisers) for number in apart]


def check_adviser(audit: Audit, judgement: Judgement, *, by: User) -> None:
    """Refused (403) for anybody outside the QA Team and for the two chairs; (409) for a grade nobody asked about."""
    if not access.may(by, Permission.RULE_ON_GRADE) or audit.chair_of(by) is not None:
        raise NotAllowed("Advice comes from a member of the QA Team who is not in this audit.")
    if judgement.adviser_id not in (None, by.pk) and not access.holds(by, Role.HEAD_OF_QA):
        raise NotAllowed("Another member of the QA Team has taken this on.")
    states.JUDGEMENT.check(judgement.state, "rule")


def advise(audit: Audit, number: int, *, by: User, at: datetime, advice: str) -> Judgement:
    """The QA adviser says what they think; both chairs may propose again (a new round).

    Refused: no words (422), not an adviser (403), nobody asked or the meeting not going on (409).
    """
    advice = written(advice, "advice", "Write your advice for the two of them.")
    with trail.acting(by=by, at=at) as act:
        fresh = locked(audit)
        check_in_meeting(fresh)
        judgement = judgement_of(fresh, number)
        check_adviser(fresh, judgement, by=by)
        judgement.adviser, judgement.advice = by, advice
        judgement.advised_at, judgement.advised_by = at, by
        judgement.save()
        moved(fresh)
        act.add(
            "grade.advised", judgement, was=judgement.state, now=judgement.state, content={"advice": judgement.advice}
        )
        notices.tell(
            to=[fresh.auditor, fresh.keyworker],
            key=f"{judgement.ref}:advised:{judgement.round}",
            subject=f"The QA Team’s advice on {fresh.ref}",
            body=f"{by.name} has answered about “{judgement.title}” in audit {fresh.ref}. "
            "Read it together and propose again.",
            link=f"/audits/{fresh.ref}/meeting/?step={number}",
            at=at,
        )
    return judgement


def rule(audit: Audit, number: int, *, by: User, at: datetime, grade: str, why: str) -> Judgement:
    """The adviser's grade stands, where the two still cannot agree after advice. All three views are kept.

    Refused: before any advice (409), no reason or grade (422), not the adviser (403).
    """
    chosen = check_grade(grade)
    reason = written(why, "why", "Say why you rule so; both of them read it.")
    with trail.acting(by=by, at=at) as act:
        fresh = locked(audit)
        check_in_meeting(fresh)
        judgement = judgement_of(fresh, number)
        check_adviser(fresh, judgement, by=by)
        if judgement.advised_at is None:
            raise NotNow("Give advice first, so that the two of them can still agree.")
        was, judgement.state = judgement.state, states.JUDGEMENT.check(judgement.state, "rule")
        judgement.grade, judgement.clash_why, judgement.adviser = chosen, reason, by
        judgement.save()
        moved(fresh)
        act.add(
            "grade.ruled", judgement, was=was, now=judgement.state, why=judgement.clash_why, content={"grade": chosen}
        )
        notices.tell(
            to=[fresh.auditor, fresh.keyworker],
            key=f"{judgement.ref}:ruled:{judgement.round}",
            subject=f"The QA Team has ruled on a grade of {fresh.ref}",
            body=f"{by.name} has ruled on “{judgement.title}” in audit {fresh.ref}. The reason is on the meeting page.",
            link=f"/audits/{fresh.ref}/meeting/?step={number}",
            at=at,
        )
    return judgement
