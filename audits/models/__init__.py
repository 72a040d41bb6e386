"""The records of the work, by the part of the work they belong to."""

from audits.models.audit import THAT_STANDS, Audit, Chair, Judgement
from audits.models.case_grade import (
    CASE_NUMBER,
    CASE_SLUG,
    GradeInLine,
    grade_field,
    number_of,
    slug_of,
    standard_or_case,
)
from audits.models.disposal import Disposal
from audits.models.draw import Capacity, Conflict, Draw, Leave, Pick, RedrawRequest
from audits.models.family import FamilyAnswer, FamilyAsk, FamilyLetter, FamilyQuestion
from audits.models.finding import Contributor, Finding, ToolAnswer, ToolSheet
from audits.models.hold import Hold
from audits.models.keeping import CaseKeeping, Keeping
from audits.models.lasting import LastingCheck
from audits.models.mapping import KeptMapping, WorkerAlias
from audits.models.mark import Mark, Note, ReplacedWords
from audits.models.meeting_pin import MeetingPin
from audits.models.month import CalendarKey, Reminder, SavedView
from audits.models.opening import Opening
from audits.models.own_mark import OwnMark
from audits.models.panel import (
    Ballot,
    BallotGrade,
    Exercise,
    ExerciseGrade,
    Panel,
    PanelAction,
    PanelConflict,
    PanelMember,
    PanelTerms,
    Regrade,
    Review,
)
from audits.models.plan import Action, ActionFile, CaseNote, PlanDraft, Supervision, with_whom
from audits.models.preparation import SelfCheck
from audits.models.programme import Activity, Agreement, SetAside
from audits.models.proposal import Proposal, SecondWorkerProposal
from audits.models.register import Case, CaseChange, Exemption, Import
from audits.models.signature import Signature
from audits.models.viewing import Viewing
from audits.models.watching import Watch
from audits.models.worker_say import SayGiven, WorkerSay

__all__ = [
    "CASE_NUMBER",
    "CASE_SLUG",
    "THAT_STANDS",
    "Action",
    "ActionFile",
    "Activity",
    "Agreement",
    "Audit",
    "Ballot",
    "BallotGrade",
    "CalendarKey",
    "Capacity",
    "Case",
    "CaseChange",
    "CaseKeeping",
    "CaseNote",
    "Chair",
    "Conflict",
    "Contributor",
    "Disposal",
    "Draw",
    "Exemption",
    "Exercise",
    "ExerciseGrade",
    "FamilyAnswer",
    "FamilyAsk",
    "FamilyLetter",
    "FamilyQuestion",
    "Finding",
    "GradeInLine",
    "Hold",
    "Import",
    "Judgement",
    "Keeping",
    "KeptMapping",
    "LastingCheck",
    "Leave",
    "Mark",
    "MeetingPin",
    "Note",
    "Opening",
    "OwnMark",
    "Panel",
    "PanelAction",
    "PanelConflict",
    "PanelMember",
    "PanelTerms",
    "Pick",
    "PlanDraft",
    "Proposal",
    "RedrawRequest",
    "Regrade",
    "Reminder",
    "ReplacedWords",
    "Review",
    "SavedView",
    "SayGiven",
    "SecondWorkerProposal",
    "SelfCheck",
    "SetAside",
    "Signature",
    "Supervision",
    "ToolAnswer",
    "ToolSheet",
    "Viewing",
    "Watch",
    "WorkerAlias",
    "WorkerSay",
    "grade_field",
    "number_of",
    "slug_of",
    "standard_or_case",
    "with_whom",
]
