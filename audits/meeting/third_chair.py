"""The third chair: the second worker of a case reads along, and proposes grades that the other two go by.

A grade of theirs is unseen as those of the two are, and shown with them. It waits for nobody and nobody waits for it:
where the two come to another, the auditor says why (`second_worker_clash`), and the record has both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from audits.locking import bump_revision, check_going_on, lock_audit
from audits.meeting.grading import check_applies, check_grade, judgement_of
from audits.meeting.proposal_views import View, both
from audits.models import Audit, Judgement, SecondWorkerProposal
from people import trail
from people.models import User
from qualitycounts.base.refusals import NotAllowed, NotNow, written
from standards import standard_sets
from standards.grades import word_of


@dataclass(frozen=True, slots=True)
class ThirdChairGrade:
    """One of the grades as the third chair sees it: how it stands, what the two proposed, and one's own.

    `unseen`: the two have not both proposed yet.
    """

    slug: str
    title: str
    grade: str
    state: tuple[str, str]
    two: tuple[View, View]
    words: str
    choices: list[tuple[str, str, str]]
    url: str
    unseen: bool
    can_propose: bool

    @property
    def button(self) -> str:
        """What the button says."""
        return "Change my proposal" if self.grade else "Propose"


def propose_as_second(
    audit: Audit, number: int, *, by: User, at: datetime, grade: str, words: str = ""
) -> SecondWorkerProposal:
    """Keep the second worker's grade of this round, with a sentence of why. Until the two have proposed it may change.

    Refused: not in the third chair (403), no such grade (422), the meeting not going on, a standard that does not
    apply, or both have proposed (409).
    """
    chosen, words = check_grade(grade, audit.standard_set), written(words, "words")
    with trail.acting(by=by, at=at) as act:
        fresh = lock_audit(audit)
        if by.pk != fresh.second_worker_id:
            raise NotAllowed("Only whoever has the third chair of this meeting can do that.")
        check_going_on(fresh)
        judgement = judgement_of(fresh, number)
        check_applies(judgement)
        if judgement.state not in Judgement.UNREVEALED:
            raise NotNow("Both have proposed by now, and you see what. Say what you think; in a new round you propose.")
        proposal, made = SecondWorkerProposal.objects.update_or_create(
            judgement=judgement,
            round=judgement.round,
            defaults={"grade": chosen, "words": words, "proposed_at": at, "proposed_by": by},
        )
        bump_revision(fresh)
        act.add("grade.proposed_third", judgement, was=judgement.state, now=judgement.state, content={"first": made})
    return proposal


def third_chair_grades(audit: Audit) -> list[ThirdChairGrade]:
    """Every grade of a meeting that goes on, as the third chair sees it. Its queries do not grow with the grades."""
    judgements = audit.judgements.select_related("standard").prefetch_related("proposals", "second_proposals")
    grades = standard_sets.grades_of(audit.standard_set)
    return [third_chair_grade(audit, judgement, grades) for judgement in judgements]


def third_chair_grade(audit: Audit, judgement: Judgement, grades: Sequence[str]) -> ThirdChairGrade:
    """One grade as the third chair sees it. Reads its proposals, which the caller has prefetched."""
    mine = SecondWorkerProposal.of_this_round(judgement)
    own = mine.grade if mine else ""
    unseen = judgement.applies and judgement.state in Judgement.UNREVEALED
    if not judgement.applies:
        state = ("na", "Does not apply")
    elif judgement.grade:
        state = ("agreed", f"{judgement.get_state_display()}: {word_of(judgement.grade)}")
    elif unseen:
        state = ("proposed", "You have proposed") if mine else ("blank", "Yours to propose")
    else:
        state = ("revealed", str(judgement.get_state_display()))
    return ThirdChairGrade(
        slug=judgement.slug,
        title=judgement.title if judgement.standard is None else f"{judgement.number}. {judgement.title}",
        grade=own,
        state=state,
        two=both(judgement, audit),
        words=mine.words if mine else "",
        choices=[(grade, word_of(grade), "checked" if grade == own else "") for grade in grades],
        url=reverse("audit-third-chair-propose", args=[audit.ref, judgement.number]),
        unseen=unseen,
        can_propose=unseen and audit.paused_at is None,
    )
