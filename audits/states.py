"""States as tables. A rule asks the table before it changes a state; docs/states.md is drawn from it and checked."""

from __future__ import annotations

from audits.models import Action, Activity, Audit, Exercise, Judgement, Panel, Review
from qualitycounts.base.state_tables import Move, StateTable

A, J, C = Audit.State, Judgement.State, Action.State
N, R, X = Panel.State, Review.State, Exercise.State

AUDIT = StateTable(
    "audit",
    {state.value: str(state.label) for state in A},
    (
        Move("allocate", Audit.NOT_MET, A.ALLOCATED, "QA Officer"),
        Move("book", Audit.NOT_MET, A.BOOKED, "Auditor"),
        Move("open", Audit.NOT_MET, A.IN_MEETING, "Auditor"),
        Move("end", (A.IN_MEETING,), A.AGREED, "Auditor"),
        Move("reopen", (A.AGREED,), A.IN_MEETING, "Auditor or keyworker"),
        Move("finalise", (A.AGREED,), A.FINALISED, "The second signature, or Head of QA with a reason"),
        Move("close", (A.FINALISED,), A.CLOSED, "QA Officer"),
        Move("withdraw", Audit.UNFINISHED, A.WITHDRAWN, "QA Officer, with a reason"),
        Move("open again", Audit.FINAL, A.FINALISED, "The panel’s chair, grading it down with a reason"),
        Move("void", Audit.FINAL, A.VOIDED, "Head of QA, with a reason"),
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
        Move(
            "set aside",
            (J.BLANK, J.PROPOSED, J.REVEALED, J.AGREED),
            J.BLANK,
            "One chair proposes with a reason, the other confirms; never the last standard",
        ),
    ),
)
ACTION = StateTable(
    "action",
    {state.value: str(state.label) for state in C},
    (
        Move("do", (C.OPEN,), C.DONE, "Its owner, with evidence"),
        Move("return", (C.DONE,), C.OPEN, "Whoever checks it, with a reason"),
        Move("countersign", (C.DONE,), C.DONE, "Head of Service, on the path of Inadequate"),
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
