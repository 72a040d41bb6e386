"""What people wrote, by the table that holds it: what the retention schedule blanks, and by which day."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db import models

from audits.models import (
    Action,
    Audit,
    Ballot,
    CaseKeeping,
    CaseNote,
    Conflict,
    Draw,
    Exemption,
    FamilyAnswer,
    FamilyLetter,
    Finding,
    Judgement,
    Keeping,
    LastingCheck,
    Mark,
    Note,
    OwnMark,
    PanelConflict,
    Pick,
    PlanDraft,
    Proposal,
    RedrawRequest,
    Reminder,
    ReplacedWords,
    Review,
    SecondWorkerProposal,
    SelfCheck,
    Signature,
    Supervision,
    ToolAnswer,
    WorkerSay,
)
from escalation.models import Concern, Escalation, Step
from reporting.models import Quotation

REMOVED = "Removed under the retention schedule."
"""What stands where words were."""
BY_DAY: Mapping[type[models.Model], tuple[str, tuple[str, ...]]] = {
    Exemption: ("ends_on", ("reason",)),
    CaseKeeping: ("ended_at__date", ("reason",)),
    Conflict: ("declared_at__date", ("reason",)),
    Finding: ("on", ("text", "strengths", "learning", "action")),
    ToolAnswer: ("sheet__finding__on", ("words",)),
    Pick: ("draw__drawn_at__date", ("why",)),
    Draw: ("drawn_at__date", ("left_why",)),
    RedrawRequest: ("asked_at__date", ("why", "answer_why")),
    WorkerSay: ("month", ("words",)),
}
"""What hangs on no one audit and still may speak of a child or a worker: the day that counts, and the fields. A finding
of a case goes with its audit."""
CASE_OF: Mapping[type[models.Model], str] = {
    Exemption: "case",
    CaseKeeping: "case",
    Conflict: "case",
    Pick: "case",
    Draw: "picks__case",
    RedrawRequest: "draw__picks__case",
}
"""The way from each of these to the case that it may speak of."""
ACTS_BY_DAY = (
    *("case.exempted", "activity.finding"),
    *("draw.replaced", "draw.left_unsent", "draw.redraw_asked", "draw.redraw_declined"),
)
"""What the trail keeps of these; a declared conflict stands with its audit."""
WORDS: Mapping[type[models.Model], tuple[str, tuple[str, ...]]] = {
    Audit: ("pk", ("finalised_why", "ended_why")),
    Judgement: ("audit", ("applies_why", "clash_why", "stands_why", "aside_why", "advice")),
    Proposal: ("judgement__audit", ("words",)),
    SecondWorkerProposal: ("judgement__audit", ("words",)),
    Mark: ("audit", ("seen", "asked_why")),
    Note: ("audit", ("text",)),
    Signature: ("audit", ("words",)),
    Action: (
        "audit",
        ("what", "measure", "outcome", "resources", "carried_out_by", "evidence", "returned_why", "ended_why"),
    ),
    LastingCheck: ("action__audit", ("words", "seen")),
    ReplacedWords: ("audit", ("text",)),
    PlanDraft: ("audit", ("what", "measure", "outcome", "resources", "carried_out_by")),
    CaseNote: ("audit", ("text",)),
    Supervision: ("audit", ("discussed",)),
    SelfCheck: ("audit", ("words",)),
    OwnMark: ("audit", ("seen", "note")),
    Reminder: ("audit", ("note",)),
    FamilyAnswer: ("ask__audit", ("words",)),
    FamilyLetter: ("ask__audit", ("done",)),
    Keeping: ("audit", ("reason",)),
    Review: (
        "audit",
        ("replaced_why", "missing", "reason", "unheard_why", "clash_why", "to_auditor", "to_worker", "message"),
    ),
    Ballot: ("review__audit", ("words", "vote_why")),
    PanelConflict: ("review__audit", ("reason",)),
    Escalation: ("audit", ("finished_why",)),
    Concern: ("escalation__audit", ("why", "spoken_with")),
    Step: ("escalation__audit", ("acted", "passed_why", "words")),
    Finding: ("audit", ("text",)),
    ToolAnswer: ("sheet__audit", ("words",)),
    Quotation: ("note__audit", ("line", "words", "why")),
}
"""Every text about a child or a person's work that hangs on an audit: the way to the audit, and the fields."""
REF = re.compile(r"QC-\d{4}-\d+")
