"""The states of escalations and their steps as tables; docs/states.md is drawn from them and checked."""

from __future__ import annotations

from escalation.models import Escalation, Pattern, Step
from qualitycounts.base.state_tables import Move, StateTable

E, S = Escalation.State, Step.State

ESCALATION = StateTable(
    "escalation",
    {state.value: str(state.label) for state in E},
    (
        Move("finish", (E.OPEN,), E.FINISHED, "The last step, or a regrade that ends its cause"),
        Move("reopen", (E.FINISHED,), E.OPEN, "The re-audit that finished it is voided"),
    ),
)
STEP = StateTable(
    "step",
    {state.value: str(state.label) for state in S},
    (
        Move("open", (S.WAITING,), S.OPEN, "The step before it"),
        Move("record", (S.OPEN,), S.OPEN, "Its owner: what was done"),
        Move("finish", (S.OPEN,), S.DONE, "Its owner, or whoever must agree that it is done"),
        Move("send back", (S.OPEN,), S.WAITING, "QA Officer, with a reason"),
        Move("reopen", (S.DONE,), S.OPEN, "QA Officer, with a reason; or the re-audit that did it is voided"),
        Move("drop", (S.OPEN, S.WAITING), S.DROPPED, "A regrade that ends its cause"),
    ),
)
PATTERN = StateTable(
    "pattern",
    {state.value: str(state.label) for state in Pattern.State},
    (Move("decide", (Pattern.State.OPEN,), Pattern.State.DECIDED, "Head of QA or Head of Service, with a reason"),),
)
TABLES = (ESCALATION, STEP, PATTERN)
