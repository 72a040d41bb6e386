"""The states of a report as a table; docs/states.md is drawn from it and checked."""

from __future__ import annotations

from qualitycounts.base.state_tables import Move, StateTable
from reporting.models import PlanItem, Quotation, Report

R, Q, P = Report.State, Quotation.State, PlanItem.State

REPORT = StateTable(
    "report",
    {state.value: str(state.label) for state in R},
    (
        Move("write", (R.DRAFT, R.FAILED), R.DRAFT, "QA Officer or Head of QA"),
        Move("ask", (R.DRAFT, R.FAILED, R.GENERATING), R.GENERATING, "QA Officer or Head of QA"),
        Move("make", (R.GENERATING,), R.GENERATED, "The worker: figures and file are frozen"),
        Move("fail", (R.GENERATING,), R.FAILED, "The worker, with what went wrong"),
        Move("check", (R.GENERATED,), R.GENERATED, "A second person, who wrote and made none of it"),
        Move("issue", (R.GENERATED,), R.ISSUED, "QA Officer (monthly), Head of QA"),
        Move("respond", (R.ISSUED,), R.RESPONDED, "Assistant Director, once every recommendation is answered"),
        Move("supersede", (R.GENERATED, R.ISSUED, R.RESPONDED), R.SUPERSEDED, "The issuing of a later version"),
    ),
)
QUOTATION = StateTable(
    "quotation",
    {state.value: str(state.label) for state in Q},
    (
        Move("clear", (Q.OFFERED,), Q.CLEARED, "A second person"),
        Move("refuse", (Q.OFFERED, Q.CLEARED), Q.RETURNED, "A second person, with a reason"),
    ),
)
PLAN_ITEM = StateTable(
    "plan item",
    {state.value: str(state.label) for state in P},
    (
        Move("progress", (P.OPEN,), P.OPEN, "Its owner, or QA"),
        Move("finish", (P.OPEN,), P.DONE, "QA, with the evidence that it made a difference"),
        Move("drop", (P.OPEN,), P.DROPPED, "QA, with a reason"),
        Move("reopen", (P.DONE, P.DROPPED), P.OPEN, "QA, with a reason"),
    ),
)
TABLES = (REPORT, QUOTATION, PLAN_ITEM)
