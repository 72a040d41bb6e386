"""Who may do what, as data: roles, permissions, and the grants that join them, each with its reason.

The strategy names the roles (sections 4, 5 and 7); where it is silent the grant is the product's own.
`manage.py access_matrix` prints this, and a test walks it over every address.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A part a person plays. The slug is what is stored."""

    QA_OFFICER = "qa_officer"
    HEAD_OF_QA = "head_of_qa"
    AUDITOR = "auditor"
    KEYWORKER = "keyworker"
    TEAM_MANAGER = "team_manager"
    HEAD_OF_SERVICE = "head_of_service"
    ASSISTANT_DIRECTOR = "assistant_director"
    EXECUTIVE_DIRECTOR = "executive_director"
    PRINCIPAL_SOCIAL_WORKER = "principal_social_worker"
    PANEL_MEMBER = "panel_member"
    REPORT_READER = "report_reader"
    ANALYST = "analyst"
    CONTRIBUTOR = "contributor"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role in words, as the header shows it."""
        return LABELS[self]


LABELS = {
    Role.QA_OFFICER: "QA Officer",
    Role.HEAD_OF_QA: "Head of QA",
    Role.AUDITOR: "auditor",
    Role.KEYWORKER: "keyworker",
    Role.TEAM_MANAGER: "team manager",
    Role.HEAD_OF_SERVICE: "Head of Service",
    Role.ASSISTANT_DIRECTOR: "Assistant Director",
    Role.EXECUTIVE_DIRECTOR: "Executive Director",
    Role.PRINCIPAL_SOCIAL_WORKER: "Principal Social Worker",
    Role.PANEL_MEMBER: "panel member",
    Role.REPORT_READER: "report reader",
    Role.ANALYST: "performance analyst",
    Role.CONTRIBUTOR: "evidence contributor",
    Role.STAFF: "staff",
    Role.ADMINISTRATOR: "system administrator",
}


CAN_STAND_IN = {
    Role.TEAM_MANAGER: (Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE),
    Role.HEAD_OF_SERVICE: (Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR),
    Role.ASSISTANT_DIRECTOR: (Role.HEAD_OF_SERVICE, Role.EXECUTIVE_DIRECTOR),
    Role.EXECUTIVE_DIRECTOR: (Role.ASSISTANT_DIRECTOR,),
    Role.QA_OFFICER: (Role.QA_OFFICER, Role.HEAD_OF_QA),
    Role.HEAD_OF_QA: (Role.QA_OFFICER,),
}
"""Who may stand in for whom, by the roles they hold. Nobody below, and nobody from outside the line or the QA Team."""


class Permission(StrEnum):
    """Something one may do. Stored nowhere but here; the slug appears in the printed matrix."""

    USE = "use"
    READ_STANDARDS = "read_standards"
    WRITE_STANDARDS = "write_standards"
    PUBLISH_STANDARDS = "publish_standards"
    SEE_PROGRAMME = "see_programme"
    AGREE_PROGRAMME = "agree_programme"
    RUN_SELECTION = "run_selection"
    SEE_CASE = "see_case"
    SEE_AUDIT = "see_audit"
    TAKE_PART = "take_part"
    WATCH_MEETING = "watch_meeting"
    RULE_ON_GRADE = "rule_on_grade"
    SEE_ACTION = "see_action"
    COMPLETE_ACTION = "complete_action"
    VERIFY_ACTION = "verify_action"
    SEE_ESCALATION = "see_escalation"
    DECIDE_ESCALATION = "decide_escalation"
    RAISE_CONCERN = "raise_concern"
    SEE_REPORTS = "see_reports"
    PUBLISH_REPORT = "publish_report"
    RESPOND_TO_REPORT = "respond_to_report"
    TAG_THEMES = "tag_themes"
    KEEP_THEMES = "keep_themes"
    GIVE_EVIDENCE = "give_evidence"
    SEE_PLAN = "see_plan"
    KEEP_PLAN = "keep_plan"
    READ_LEARNING = "read_learning"
    KEEP_LEARNING = "keep_learning"
    RUN_PANEL = "run_panel"
    SIT_ON_PANEL = "sit_on_panel"
    REGRADE = "regrade"
    SEE_PEOPLE = "see_people"
    MANAGE_USERS = "manage_users"
    READ_TRAIL = "read_trail"
    SEE_OPENINGS = "see_openings"
    SIGN_DISPOSAL = "sign_disposal"
    ANSWER_SUBJECT_ACCESS = "answer_subject_access"
    READ_SAY = "read_say"
    KEEP_CALENDAR = "keep_calendar"
    MONITOR = "monitor"
    VIEW_CASES = "view_cases"
    MEND_MAIL = "mend_mail"
    SEE_SETTINGS = "see_settings"
    CHANGE_SETTINGS = "change_settings"


class Scope(StrEnum):
    """How far a grant reaches."""

    ALL = "all"
    NAMED = "named"
    TEAM = "team"
    SERVICE = "service"
    ISSUED = "issued"
    PANEL = "panel"
    ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission with its reach. `finalised` means only once the audit is finalised."""

    scope: Scope
    why: str
    finalised: bool = False


P, S = Permission, Scope
EVERYONE = {
    P.USE: Grant(S.ALL, "Everyone has a page of their own work."),
    P.READ_STANDARDS: Grant(S.ALL, "What good looks like is for every worker to read (strategy 2.2, App. 2)."),
    P.SEE_ACTION: Grant(S.NAMED, "An action's owner sees it."),
    P.COMPLETE_ACTION: Grant(S.NAMED, "An action's owner does it."),
    P.SEE_ESCALATION: Grant(S.NAMED, "Whoever a step is waiting for, or whose case it is, sees it."),
    P.SEE_PLAN: Grant(S.NAMED, "An item's owner sees it and says how it goes."),
    P.READ_LEARNING: Grant(S.ALL, "A summary of what is recommended goes to all staff (strategy 7)."),
}
PROGRAMME = {
    P.SEE_PROGRAMME: Grant(S.ALL, "The year's programme is agreed with managers and open to who it concerns (7)."),
}
AGREES = PROGRAMME | {
    P.AGREE_PROGRAMME: Grant(S.NAMED, "The programme is agreed with the managers who are asked (strategy 7)."),
}
OVERSIGHT = PROGRAMME | {
    P.RUN_SELECTION: Grant(S.ALL, "The QA service runs the programme (strategy 4.7.5, 7)."),
    P.SEE_CASE: Grant(S.ALL, "Drawing needs every case."),
    P.SEE_AUDIT: Grant(S.ALL, "Audits are returned to the QA Officer (strategy 7)."),
    P.RULE_ON_GRADE: Grant(S.ALL, "Advice comes from the QA Team where a grade cannot be agreed (App. 2, Grading)."),
    P.SEE_ACTION: Grant(S.ALL, "QA monitors what follows (strategy 7)."),
    P.VERIFY_ACTION: Grant(S.ALL, "QA verifies and never completes, being outside the line (strategy 2, 4.7)."),
    P.SEE_ESCALATION: Grant(S.ALL, "QA monitors Requires Improvement and Inadequate (strategy 7)."),
    P.DECIDE_ESCALATION: Grant(S.ALL, "QA checks the record before an escalation closes."),
    P.SEE_REPORTS: Grant(S.ALL, "QA writes the reports (strategy 4.7.5)."),
    P.PUBLISH_REPORT: Grant(S.ALL, "QA issues the monthly report (strategy 4.7.5)."),
    P.TAG_THEMES: Grant(S.ALL, "QA analyses what the audits say (strategy 7)."),
    P.KEEP_THEMES: Grant(S.ALL, "QA keeps the vocabulary, and clears what is quoted."),
    P.GIVE_EVIDENCE: Grant(S.ALL, "QA reads other sources beside its own findings (strategy 2.2)."),
    P.SEE_PLAN: Grant(S.ALL, "The QA Officer keeps the action plan of CQAWG (strategy 4.7.5)."),
    P.KEEP_PLAN: Grant(S.ALL, "The QA Officer keeps the action plan of CQAWG (strategy 4.7.5)."),
    P.KEEP_LEARNING: Grant(S.ALL, "Learning needs are shared with the Principal Social Worker (strategy 4.4)."),
    P.RUN_PANEL: Grant(S.ALL, "QA draws the panel's sample and keeps its minutes (strategy 7)."),
    P.SEE_PEOPLE: Grant(S.ALL, "Allocation goes by who works where."),
    P.READ_TRAIL: Grant(S.ALL, "QA answers for the record."),
    P.READ_SAY: Grant(S.ALL, "QA hears from those audited whether it was fair and helped: totals, never who (2.1)."),
    P.MONITOR: Grant(S.ALL, "Monitors each Requires improvement and Inadequate (strategy 7)."),
    P.MEND_MAIL: Grant(S.ALL, "Nothing agreed is forgotten because a mail did not arrive."),
    P.KEEP_CALENDAR: Grant(S.ALL, "QA keeps the timescales, and so the bank holidays that they leave out (App. 2)."),
    P.SEE_SETTINGS: Grant(S.ALL, "What the council has set governs what QA does each month."),
    P.PUBLISH_STANDARDS: Grant(
        S.ALL, "A second person reads a set of standards before it is published: never a writer."
    ),
}
PLANS = {P.SEE_PLAN: Grant(S.ALL, "CQAWG develops the plan and reports on it to DMT (strategy 5.4, 5.5).")}
GIVES = {P.GIVE_EVIDENCE: Grant(S.NAMED, "Enters what another source says, and keeps their own entries.")}
CHAIRS = {
    P.SIT_ON_PANEL: Grant(S.ALL, "The Head of QA chairs the panel (strategy 7)."),
    P.REGRADE: Grant(S.ALL, "The panel's chair upholds or changes a grade, with a reason (strategy 7)."),
}
ON_THE_PANEL = {
    P.SIT_ON_PANEL: Grant(S.PANEL, "Members see the audits of their panel, and no other (strategy 7)."),
    P.REGRADE: Grant(S.PANEL, "The named deputy decides where the chair is too near the case."),
}
READS = PROGRAMME | {P.SEE_REPORTS: Grant(S.ISSUED, "Reads reports once they are issued (strategy 5.4, 5.5, 7).")}
DIRECTS = {
    P.VIEW_CASES: Grant(S.ALL, "Views case files and has cases presented (strategy 4.2, 4.3).", finalised=True),
    P.SEE_CASE: Grant(S.NAMED, "A case opened for the day, with their password and a reason."),
    P.SEE_AUDIT: Grant(S.NAMED, "The finished audits of a case opened for the day.", finalised=True),
}
IN_THE_ROOM = {
    P.SEE_CASE: Grant(S.NAMED, "The cases one audits or holds."),
    P.SEE_AUDIT: Grant(S.NAMED, "The audits one is named on."),
    P.TAKE_PART: Grant(S.NAMED, "Grading is done in partnership (App. 2, Grading)."),
    P.RAISE_CONCERN: Grant(S.NAMED, "Either chair may raise a safeguarding concern at any moment."),
}

GRANTS: dict[Role, dict[Permission, Grant]] = {
    Role.QA_OFFICER: EVERYONE | OVERSIGHT,
    Role.HEAD_OF_QA: EVERYONE
    | OVERSIGHT
    | CHAIRS
    | {
        P.CHANGE_SETTINGS: Grant(S.ALL, "The Head of QA answers for how the strategy is applied (strategy 4.7)."),
        P.SEE_OPENINGS: Grant(S.ALL, "The Head of QA answers for who opens children's records."),
        P.SIGN_DISPOSAL: Grant(S.ALL, "The Head of QA answers for what is kept, and for how long."),
        P.WRITE_STANDARDS: Grant(S.ALL, "The Head of QA writes what good looks like (strategy 4.7, App. 2)."),
        P.ANSWER_SUBJECT_ACCESS: Grant(S.ALL, "Answers, for the data protection officer, who asks what is held."),
    },
    Role.AUDITOR: EVERYONE
    | IN_THE_ROOM
    | READS
    | {P.TAG_THEMES: Grant(S.NAMED, "Says of their own audits which themes they speak to.")},
    Role.KEYWORKER: EVERYONE | IN_THE_ROOM,
    Role.TEAM_MANAGER: EVERYONE
    | READS
    | AGREES
    | {
        P.SEE_CASE: Grant(S.TEAM, "Managers answer for their team's cases (strategy 4.5)."),
        P.SEE_AUDIT: Grant(S.TEAM, "Only once finalised, so that the worker can speak freely.", finalised=True),
        P.WATCH_MEETING: Grant(S.NAMED, "Only a meeting to which both chairs have asked them, while it goes on."),
        P.SEE_ACTION: Grant(S.TEAM, "Managers see that actions are done (App. 2, after)."),
        P.COMPLETE_ACTION: Grant(S.TEAM, "The responsible manager completes immediate actions (App. 2, after)."),
        P.VERIFY_ACTION: Grant(S.TEAM, "The manager confirms a worker's action, never their own."),
        P.SEE_ESCALATION: Grant(S.TEAM, "Managers act on their team's escalations."),
        P.DECIDE_ESCALATION: Grant(S.TEAM, "Acknowledges and acts, for the team."),
    },
    Role.HEAD_OF_SERVICE: EVERYONE
    | READS
    | AGREES
    | ON_THE_PANEL
    | {
        P.SEE_CASE: Grant(S.SERVICE, "Heads of Service answer for their service (strategy 4.5)."),
        P.SEE_AUDIT: Grant(S.SERVICE, "Only once finalised.", finalised=True),
        P.WATCH_MEETING: Grant(S.NAMED, "Only a meeting to which both chairs have asked them, while it goes on."),
        P.SEE_ACTION: Grant(S.SERVICE, "Sees that actions are done."),
        P.VERIFY_ACTION: Grant(S.SERVICE, "Signs immediate actions of an Inadequate audit before QA verifies."),
        P.SEE_ESCALATION: Grant(S.SERVICE, "The queue of every open RI and Inadequate of the service."),
        P.DECIDE_ESCALATION: Grant(S.SERVICE, "Acknowledges and signs, for the service."),
        P.RESPOND_TO_REPORT: Grant(S.SERVICE, "Drafts the response for the Assistant Director."),
    }
    | PLANS,
    Role.ASSISTANT_DIRECTOR: EVERYONE
    | DIRECTS
    | AGREES
    | {
        P.SEE_ACTION: Grant(S.ALL, "Ensures timely responses with QA (strategy 7)."),
        P.MONITOR: Grant(S.ALL, "Ensures timely responses with QA (strategy 7)."),
        P.PUBLISH_STANDARDS: Grant(S.ALL, "Publishes standards that the Head of QA wrote (ours)."),
        P.VERIFY_ACTION: Grant(S.NAMED, "Signs for a Head of Service whose own action it is: never one's own."),
        P.SEE_ESCALATION: Grant(S.ALL, "Ensures timely responses with QA (strategy 7)."),
        P.DECIDE_ESCALATION: Grant(S.NAMED, "Decides what reaches the Assistant Director."),
        P.SEE_REPORTS: Grant(S.ALL, "Sees reports from the draft on, to respond (strategy 4.7.5)."),
        P.RESPOND_TO_REPORT: Grant(S.ALL, "Answers each recommendation in writing (strategy 4.7.5)."),
    }
    | PLANS,
    Role.EXECUTIVE_DIRECTOR: EVERYONE
    | DIRECTS
    | READS
    | {
        P.SEE_ESCALATION: Grant(S.NAMED, "What reached the Executive Director."),
        P.DECIDE_ESCALATION: Grant(S.NAMED, "Decides what reaches the Executive Director."),
    }
    | PLANS,
    Role.PRINCIPAL_SOCIAL_WORKER: EVERYONE
    | READS
    | AGREES
    | PLANS
    | ON_THE_PANEL
    | {P.KEEP_LEARNING: Grant(S.ALL, "Learning needs are shared with the Principal Social Worker (strategy 4.4).")},
    Role.PANEL_MEMBER: EVERYONE | READS | ON_THE_PANEL,
    Role.REPORT_READER: EVERYONE | READS | PLANS,
    Role.ANALYST: EVERYONE | READS | GIVES,
    Role.CONTRIBUTOR: EVERYONE | READS | GIVES,
    Role.STAFF: EVERYONE,
    Role.ADMINISTRATOR: {
        P.USE: Grant(S.ALL, "Everyone has a page of their own work."),
        P.READ_STANDARDS: Grant(S.ALL, "What good looks like is for everyone to read."),
        P.SEE_PEOPLE: Grant(S.ALL, "Keeps accounts, not children's records."),
        P.MEND_MAIL: Grant(S.ALL, "Puts an address right and sends again; the page shows no words of a notice."),
        P.MANAGE_USERS: Grant(S.ALL, "Keeps accounts, not children's records."),
        P.READ_TRAIL: Grant(S.ACCOUNTS, "Sign-ins and role changes only."),
        P.SEE_SETTINGS: Grant(S.ALL, "Sets the council's name and its welcome mails; reads the rest."),
    },
}

ROLES_BY_TITLE: dict[str, tuple[Role, ...]] = {
    "Executive Director People": (Role.EXECUTIVE_DIRECTOR,),
    "Assistant Director Children's Social Care": (Role.ASSISTANT_DIRECTOR,),
    "Head of Quality Assurance": (Role.HEAD_OF_QA,),
    "Quality Assurance Officer": (Role.QA_OFFICER, Role.AUDITOR),
    "Head of Service": (Role.HEAD_OF_SERVICE,),
    "Team Manager": (Role.TEAM_MANAGER, Role.AUDITOR),
    "Assistant Team Manager": (Role.TEAM_MANAGER, Role.AUDITOR),
    "Independent Reviewing Officer": (Role.AUDITOR,),
    "Conference and Review Team Manager": (Role.TEAM_MANAGER, Role.AUDITOR),
    "Principal Social Worker": (Role.PRINCIPAL_SOCIAL_WORKER, Role.PANEL_MEMBER, Role.AUDITOR),
    "Performance Analyst": (Role.ANALYST,),
    "Complaints Manager": (Role.CONTRIBUTOR,),
    "Child Participation Officer": (Role.CONTRIBUTOR,),
    "Local Authority Designated Officer": (Role.CONTRIBUTOR,),
    "Social Worker": (),
    "Senior Social Worker": (),
    "Newly Qualified Social Worker": (),
    "Family Support Worker": (),
}
"""Roles by job title, until a system administrator sets a title otherwise (`people.title_roles`). Everyone on the list
is also staff; whoever holds a case is also a keyworker. Roles above auditor wait to be given (people/waiting_roles.py).
"""
