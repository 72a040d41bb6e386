"""A panel for tests: four members, a month of final audits, and short ways to give grades."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from audits.models import CASE_NUMBER, Audit, Panel, Review
from audits.panel import ballot as panel_ballot
from audits.panel import decision as panel_decision
from audits.panel import sample as panel_sample
from audits.panel import sitting as panel_sitting
from audits.panel.added_actions import AddedAction
from audits.panel.decision import Decision
from audits.panel.quality import QUESTIONS
from people.models import User
from people.roles import Role
from standards.grades import Grade
from tests.escalation.build import finalised_audit
from tests.factories import MET, CaseFactory, Council, UserFactory

NOVEMBER, SITS = date(2026, 11, 1), date(2026, 12, 31)
DRAWN = datetime(2026, 12, 3, 10, 0, tzinfo=UTC)
SITTING = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
ALL_YES = {question.slug: "yes" for question in QUESTIONS}
LATEST = date(2027, 1, 8)
"""The 5th working day after the sitting: 1 January is a bank holiday."""


@dataclass(frozen=True)
class Sitters:
    """Who gives grades: a Head of Service of another service, the PSW, and two members."""

    head: User
    psw: User
    emeka: User
    imogen: User

    @classmethod
    def make(cls, council: Council) -> Sitters:
        """The members, the Head of Service being the council's other one."""

        def person(name: str, role: Role) -> User:
            return UserFactory.create(name=name, roles=(role,))

        return cls(
            head=council.other_head_of_service,
            psw=person("Rosalind Achterberg", Role.PRINCIPAL_SOCIAL_WORKER),
            emeka=person("Emeka Strand", Role.PANEL_MEMBER),
            imogen=person("Imogen Varga", Role.PANEL_MEMBER),
        )

    @property
    def all(self) -> list[User]:
        """All four."""
        return [self.head, self.psw, self.emeka, self.imogen]


def final(council: Council, number: int, grade: str = Grade.GOOD, **more: object) -> Audit:
    """One of November's final audits, of a case of the council's keyworker unless told otherwise."""
    case = more.pop("case", None) or CaseFactory.create(keyworker=council.keyworker)
    signed_at = MET + timedelta(minutes=number)
    audit = finalised_audit(council, number=number, grade=grade, case=case, signed_at=signed_at, **more)  # type: ignore[arg-type]
    for action in audit.actions.all():
        action.judgements.set(audit.judgements.filter(number=CASE_NUMBER))
    return audit


def drawn(council: Council, sitters: Sitters, *, seed: str = "ab" * 16) -> Panel:
    """November's sample, with the PSW as deputy."""
    return panel_sample.draw_sample(
        month=NOVEMBER,
        meets_on=SITS,
        members=sitters.all,
        deputy=sitters.psw,
        by=council.qa_officer,
        at=DRAWN,
        seed=seed,
    )


def fresh(review: Review) -> Review:
    """The review as it is now."""
    return Review.objects.select_related("panel__chair", "panel__deputy", "audit__case__team", "audit__team").get(
        pk=review.pk
    )


def review_of(audit: Audit) -> Review:
    """The audit before its panel."""
    return fresh(audit.reviews.get())


def give(review: Review, user: User, grade: str, *, at: datetime = SITTING, finish: bool = True) -> None:
    """One member's ballot: the same grade throughout."""
    now = fresh(review)
    ballot = now.ballots.filter(member=user).first()
    panel_ballot.give_ballot(
        now,
        by=user,
        at=at,
        grades=dict.fromkeys(panel_ballot.numbers(now), grade),
        quality=ALL_YES if finish else {},
        words="",
        version=ballot.version if ballot else 0,
        finish=finish,
    )


def revealed(council: Council, sitters: Sitters, audit: Audit, *, grade: str = Grade.GOOD) -> Review:
    """The audit's review with everyone's grade in, and so revealed."""
    review = review_of(audit)
    if review.panel.state == Panel.State.SAMPLED:
        panel_sitting.begin_panel(review.panel, by=council.qa_officer, at=SITTING)
    for user in sitters.all:
        give(review, user, grade)
    return fresh(review)


def upheld(**more: object) -> Decision:
    """Upheld, with a kind word."""
    words: dict[str, object] = {"justified": "yes", "smart": "yes", "answers": "yes", "outcome": "upheld"}
    words |= {"to_auditor": "Clear, and fair to the worker.", "unheard_why": "They said so at the table."}
    return Decision(**(words | more))  # type: ignore[arg-type]


def regraded(grade: str, *actions: AddedAction, **more: object) -> Decision:
    """The case regraded, with a reason."""
    asked: dict[str, object] = {"outcome": "regraded", "reason": "Nobody saw her for seven months."}
    asked |= {"justified": "no", "grades": {CASE_NUMBER: grade}, "actions": actions}
    return upheld(**(asked | {"clash_why": "The standards are on paper, and she is not."} | more))


def an_action(**more: object) -> AddedAction:
    """A SMART action for the case, the manager's, at once."""
    words: dict[str, object] = {
        "kind": "immediate",
        "part": "manager",
        "numbers": (CASE_NUMBER,),
        "what": "See her at home, alone, and write down what she says",
        "measure": "A visit of this week with her words is on Mosaic",
        "outcome": "She knows that somebody listens to her",
        "resources": "A morning without duty, agreed",
    }
    return AddedAction(**(words | more))  # type: ignore[arg-type]


def decide(review: Review, decision: Decision, *, by: User, at: datetime = SITTING) -> Review:
    """What the chair says."""
    now = fresh(review)
    return panel_decision.record_decision(now, decision=decision, version=now.version, by=by, at=at)
