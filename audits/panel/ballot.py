"""A member's own grades, unseen by everyone until the reveal, and their answer after it (lifecycle: Panel)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from audits.meeting.grading import check_grade
from audits.models import Ballot, BallotGrade, Panel, Review, grade_field, standard_or_case
from audits.panel import sitting as panel_sitting
from audits.panel.quality import ANSWERS, QUESTIONS
from people import trail
from people.models import User
from qualitycounts.base.draft_order import ALONE, Sending
from qualitycounts.base.refusals import NotNow, Refused, Stale, written

State = Review.State


def numbers(review: Review) -> list[int]:
    """The grades that a member gives: each standard that applies, and the case."""
    return list(review.audit.judgements.filter(applies=True).order_by("number").values_list("number", flat=True))


def check_ballot(review: Review, *, by: User, at: datetime) -> None:
    """Refused unless `by` may grade this one (403), unseen, before the minutes are closed (409)."""
    panel_sitting.check_panel_open(review.panel)
    panel_sitting.check_member(review, by=by, at=at)
    if review.state != State.BLIND:
        raise NotNow("The grades of this audit are revealed, so yours can no longer be given or changed.")


def ballot_in_words(review: Review, *, finish: bool) -> str:
    """What a member is told once their ballot is kept, given or the last to be given, as the review stands then."""
    if not finish:
        return "Saved. Finish when you are ready."
    if review.state == Review.State.BLIND:
        return "Your grades are in. Nobody sees them before the reveal."
    return "Your grades are in. They were the last: everyone’s are shown now."


def give_ballot(
    review: Review,
    *,
    by: User,
    at: datetime,
    grades: Mapping[int, str],
    quality: Mapping[str, str],
    words: str,
    version: int,
    finish: bool,
    sending: Sending = ALONE,
) -> Ballot:
    """Keep one's own grades and answers; with `finish` they are given. They may be changed until the reveal, and stay
    given as long as they are whole. Words that their own tab has overtaken change nothing.

    While the panel sits, the last of those who are there to finish reveals them all. Refused: not a member who is
    there, or too near (403); revealed, or the minutes closed (409); changed in another window (Stale, 409); a grade
    that is none, or on finishing anything left out (422, naming the field).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = panel_sitting.locked_review(review)
        check_ballot(fresh, by=by, at=at)
        wanted = numbers(fresh)
        by_set = fresh.audit.standard_set
        chosen = {number: check_grade(grade, by_set) for number, grade in grades.items() if grade and number in wanted}
        answers = {question.slug: quality.get(question.slug, "") for question in QUESTIONS}
        for slug, answer in answers.items():
            if answer and answer not in dict(ANSWERS):
                raise Refused("Choose one of the answers.", slug)
        if finish:
            check_whole(wanted, chosen, answers)
        ballot = fresh.ballots.filter(member=by).first() or Ballot(review=fresh, member=by, version=0)
        said = chosen, {slug: answer for slug, answer in answers.items() if answer}, written(words, "words")
        draft = f"ballot:{fresh.pk}:{by.pk}"
        if sending.is_overtaken(draft):
            return ballot
        if ballot.version != version and said != kept(ballot) and not sending.follows(draft):
            raise Stale("You changed these grades in another window. Read them again; what you typed is below.")
        sending.note(draft)
        ballot.version += 1
        _, ballot.quality, ballot.words = said
        ballot.saved_at, ballot.saved_by = at, by
        if finish:
            ballot.finished_at, ballot.finished_by = at, by
        elif ballot.finished_at and not is_whole(wanted, chosen, answers):
            ballot.finished_at = ballot.finished_by = None
        ballot.save()
        ballot.grades.all().delete()
        BallotGrade.objects.bulk_create(
            BallotGrade(ballot=ballot, number=number, grade=grade) for number, grade in chosen.items()
        )
        if finish:
            act.add("ballot.finished", fresh, was=fresh.state, now=fresh.state)
            panel_sitting.reveal_complete(act, fresh.panel)
    return ballot


def kept(ballot: Ballot) -> tuple[dict[int, str], dict[str, str], str]:
    """What is kept of a ballot, to compare with what is sent."""
    grades = dict(ballot.grades.values_list("number", "grade")) if ballot.pk else {}
    return grades, ballot.quality, ballot.words


def is_whole(wanted: list[int], chosen: Mapping[int, str], answers: Mapping[str, str]) -> bool:
    """Whether nothing is left out."""
    return all(number in chosen for number in wanted) and all(answers.values())


def check_whole(wanted: list[int], chosen: Mapping[int, str], answers: Mapping[str, str]) -> None:
    """Refused (422) where a grade or an answer is left out."""
    for number in wanted:
        if number not in chosen:
            what = standard_or_case(number)
            raise Refused(f"Give your grade for {what}, or save and finish later.", grade_field(number))
    for question in QUESTIONS:
        if not answers[question.slug]:
            raise Refused(f"Answer “{question.text}”, or save and finish later.", question.slug)


def vote_on_review(review: Review, *, by: User, at: datetime, answer: str, why: str) -> Ballot:
    """After the reveal: does the content justify the grade that was agreed? It may be changed until the chair decides.

    Refused: not a member who is there, or too near (403); not revealed, decided, or no grade given before (409); no
    answer, or “no” without a word (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = panel_sitting.locked_review(review)
        panel_sitting.check_panel_open(fresh.panel)
        panel_sitting.check_member(fresh, by=by, at=at)
        if fresh.state != State.REVEALED:
            raise NotNow("This is asked between the reveal and the chair’s decision.")
        ballot = fresh.ballots.filter(member=by, finished_at__isnull=False).first()
        if ballot is None:
            raise NotNow("You gave no grade before the reveal, so this is for the others to say.")
        if answer not in Review.Answer.values:
            raise Refused("Say whether the content justifies the grade.", "answer")
        ask = "" if answer == Review.Answer.YES else "Say what is missing for that grade."
        ballot.vote, ballot.vote_why = answer, written(why, "why", ask)
        ballot.voted_at, ballot.voted_by = at, by
        ballot.save(update_fields=["vote", "vote_why", "voted_at", "voted_by"])
        act.add(
            "ballot.voted", fresh, was=fresh.state, now=fresh.state, content={"vote": answer, "why": ballot.vote_why}
        )
    return ballot


def waiting_reviews(user: User) -> QuerySet[Review]:
    """What is before a panel on which the person sits, and has no grades of theirs yet; also what they are too near."""
    done = Ballot.objects.filter(review=OuterRef("pk"), member=user, finished_at__isnull=False)
    sits = Review.objects.filter(
        ~Exists(done), state=State.BLIND, panel__members__user=user, panel__members__away=False
    )
    return sits.exclude(panel__state=Panel.State.CLOSED)


def waiting_for(user: User) -> list[tuple[Panel, int]]:
    """The panels that wait for the person's grades, each with how many audits they have not finished: one query."""
    waiting: dict[int, tuple[Panel, int]] = {}
    for review in waiting_reviews(user).select_related("panel").order_by("panel__meets_on"):
        if str(user.pk) not in review.near:
            panel_, count = waiting.get(review.panel_id, (review.panel, 0))
            waiting[review.panel_id] = (panel_, count + 1)
    return list(waiting.values())
