"""States as tables. A rule asks the table before it changes a state; docs/states.md is drawn from it and checked."""

from __future__ import annotations

from dataclasses import dataclass

from audits.models import Action, Activity, Audit, Exercise, Judgement, Panel, Review
from qualitycounts.refusals import NotNow


@dataclass(frozen=True, slots=True)
class Move:
    """One act: the states it may start from, the state it leads to, and who does it (in words, for the picture)."""

    act: str
    sources: tuple[str, ...]
    target: str
    who: str


@dataclass(frozen=True, slots=True)
class StateTable:
    """The moves of one record. `labels` are the states in the words the pages use, in their order."""

    name: str
    labels: dict[str, str]
    moves: tuple[Move, ...]

    def move(self, act: str) -> Move:
        """The move of this name."""
        return next(move for move in self.moves if move.act == act)

    def can(self, state: str, act: str) -> bool:
        """Whether the act may be done from this state."""
        return state in self.move(act).sources

    def check(self, state: str, act: str) -> str:
        """The state the act leads to. Refused (`NotNow`, 409) from any state the table does not name."""
        if not self.can(state, act):
            here = self.labels[state].lower()
            raise NotNow(
                f"This {self.name} is now “{here}”, so that cannot be done. Open the page again to see what can."
            )
        return self.move(act).target


A, J, C = Audit.State, Judgement.State, Action.State
N, R, X = Panel.State, Review.State, Exercise.State

AUDIT = StateTable(
    "audit",
    {state.value: str(state.label) for state in A},
    (
        Move("allocate", (A.ALLOCATED, A.BOOKED), A.ALLOCATED, "QA Officer"),
        Move("book", (A.ALLOCATED, A.BOOKED), A.BOOKED, "Auditor"),
        Move("open", (A.ALLOCATED, A.BOOKED), A.IN_MEETING, "Auditor"),
        Move("end", (A.IN_MEETING,), A.AGREED, "Auditor"),
        Move("reopen", (A.AGREED,), A.IN_MEETING, "Auditor or keyworker"),
        Move("finalise", (A.AGREED,), A.FINALISED, "The second signature, or Head of QA with a reason"),
        Move("close", (A.FINALISED,), A.CLOSED, "QA Officer"),
        Move("withdraw", (A.ALLOCATED, A.BOOKED, A.IN_MEETING, A.AGREED), A.WITHDRAWN, "QA Officer, with a reason"),
        Move("open again", (A.FINALISED, A.CLOSED), A.FINALISED, "The panel’s chair, grading it down with a reason"),
        Move("void", (A.FINALISED, A.CLOSED), A.VOIDED, "Head of QA, with a reason"),
    ),
)
JUDGEMENT = StateTable(
    "grade",
    {state.value: str(state.label) for state in J},
    (
        Move("propose", (J.BLANK, J.PROPOSED), J.PROPOSED, "Either chair, unseen"),
        Move("reveal", (J.PROPOSED,), J.REVEALED, "The second proposal"),
        Move("offer", (J.REVEALED,), J.REVEALED, "Auditor"),
        Move("confirm", (J.REVEALED,), J.AGREED, "Keyworker; or at once when the proposals are equal"),
        Move("again", (J.REVEALED, J.REFERRED, J.AGREED), J.PROPOSED, "Either chair, a new round"),
        Move("refer", (J.REVEALED,), J.REFERRED, "Either chair"),
        Move("rule", (J.REFERRED,), J.RULED, "QA adviser, after advice"),
        Move("set aside", (J.BLANK, J.PROPOSED, J.REVEALED, J.REFERRED, J.AGREED), J.BLANK, "Auditor, with a reason"),
    ),
)
ACTION = StateTable(
    "action",
    {state.value: str(state.label) for state in C},
    (
        Move("do", (C.OPEN,), C.DONE, "Its owner, with evidence"),
        Move("return", (C.DONE,), C.OPEN, "Whoever checks it, with a reason"),
        Move("countersign", (C.DONE,), C.DONE, "Head of Service, where the audit is Inadequate"),
        Move("verify", (C.DONE,), C.VERIFIED, "Another person than the doer"),
        Move("cancel", (C.OPEN, C.DONE), C.CANCELLED, "QA Officer, with a reason"),
        Move("extend", (C.OPEN,), C.OPEN, "QA Officer or Head of Service, with a reason"),
        Move("reassign", (C.OPEN,), C.OPEN, "Manager, Head of Service or QA Officer, with a reason"),
    ),
)
ACTIVITY = StateTable(
    "activity",
    {state.value: str(state.label) for state in Activity.State},
    (
        Move(
            "drop",
            (Activity.State.PLANNED,),
            Activity.State.DROPPED,
            "QA Officer, with a reason, before its cases are drawn",
        ),
    ),
)
PANEL = StateTable(
    "panel",
    {state.value: str(state.label) for state in N},
    (
        Move("begin", (N.SAMPLED,), N.SITTING, "Its chair, or the QA Officer"),
        Move("close", (N.SITTING,), N.CLOSED, "Its chair, once every audit is decided"),
    ),
)
REVIEW = StateTable(
    "review",
    {state.value: str(state.label) for state in R},
    (
        Move("reveal", (R.BLIND,), R.REVEALED, "The last ballot of those present, or the chair"),
        Move("decide", (R.REVEALED,), R.DECIDED, "The chair, or the deputy where the chair is too near the case"),
        Move("take out", (R.BLIND, R.REVEALED), R.REPLACED, "QA Officer or chair, with a reason"),
    ),
)
EXERCISE = StateTable(
    "exercise",
    {state.value: str(state.label) for state in X},
    (Move("reveal", (X.OPEN,), X.REVEALED, "QA Officer or Head of QA"),),
)
TABLES = (AUDIT, JUDGEMENT, ACTION, ACTIVITY, PANEL, REVIEW, EXERCISE)
