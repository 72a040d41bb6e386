"""The states of a report as a table; docs/states.md is drawn from it and checked."""

from __future__ import annotations

from audits.states import Move, StateTable
from reporting.models import Report

R = Report.State

REPORT = StateTable(
    "report",
    {state.value: str(state.label) for state in R},
    (
        Move("write", (R.DRAFT, R.FAILED), R.DRAFT, "QA Officer or Head of QA"),
        Move("ask", (R.DRAFT, R.FAILED, R.GENERATING), R.GENERATING, "QA Officer or Head of QA"),
        Move("make", (R.GENERATING,), R.GENERATED, "The worker: figures and file are frozen"),
        Move("fail", (R.GENERATING,), R.FAILED, "The worker, with what went wrong"),
        Move("issue", (R.GENERATED,), R.ISSUED, "QA Officer (monthly), Head of QA"),
        Move("supersede", (R.GENERATED, R.ISSUED), R.SUPERSEDED, "The issuing of a later version"),
    ),
)
TABLES = (REPORT,)
