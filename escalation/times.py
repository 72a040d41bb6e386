"""How long each step has and when each level is told: the council's, where the strategy does not fix it.

Immediate actions in 5 working days and supervision in a month are the strategy's (App. 2, after) and stand in
`paths.py`. A change holds for dates worked out from then on; a date that was given stays.
"""

from __future__ import annotations

from people import council

GROUP = "Escalation"


def days(slug: str, title: str, why: str, default: int, *, most: int = 30) -> council.Number:
    """So many working days."""
    return council.Number(slug, title, GROUP, why, default=default, least=1, most=most, unit="working days")


MAKE_SAFE = days("make_safe_days", "Days to make a child safe", "After a safeguarding concern is raised. Ours.", 1)
INADEQUATE_ACKNOWLEDGE = days(
    "inadequate_acknowledge_days",
    "Days for the Head of Service to acknowledge an Inadequate",
    "After it opens. From the practice of other councils.",
    1,
)
RI_ACKNOWLEDGE = days(
    "ri_acknowledge_days", "Days for the manager to acknowledge a Requires improvement", "After it opens. Ours.", 2
)
QA_CHECK = days(
    "qa_check_days",
    "Days for the QA check of an Inadequate",
    "After the steps before it; a Requires improvement is checked by the next panel. Ours.",
    5,
)
REOPENED = days("reopened_days", "Days once the QA Officer sends work back", "After it was sent back. Ours.", 5)
RE_AUDIT = council.Number(
    "re_audit_months",
    "Months to the re-audit of an Inadequate",
    GROUP,
    "After the meeting. From the practice of other councils.",
    default=3,
    least=1,
    most=12,
    unit="months",
)
SAMPLE = council.Number(
    "ri_check_percent",
    "Requires improvement that QA checks on the record",
    GROUP,
    "All of them, or at least 1 in 4: which ones is settled by a hash of the reference, not by anybody. Ours.",
    default=100,
    least=25,
    most=100,
    unit="per cent",
)
LATE = tuple(
    days(
        f"late_{number}_days",
        f"Days late at which the {who} is told",
        "A step or an action that is still open so many working days after its date. From other councils’ practice.",
        default,
        most=90,
    )
    for number, who, default in (
        (1, "QA Officer", 1),
        (2, "Head of Service", 5),
        (3, "Assistant Director", 10),
        (4, "Executive Director", 20),
    )
)
LATE_FOR_SAFETY = tuple(
    days(
        f"late_safety_{number}_days",
        f"Days late at which the {who} is told of a child’s safety",
        "A step of a safeguarding concern that is still open after its date. From other councils’ practice.",
        default,
        most=10,
    )
    for number, who, default in ((1, "Assistant Director", 1), (2, "Executive Director", 2))
)
PATTERN_TEAM = council.Number(
    "pattern_team",
    "Inadequate audits of one team in a quarter that make a pattern",
    GROUP,
    "A pattern goes to the Head of Service and the Head of QA, and to CQAWG (strategy 5.5, 7).",
    default=2,
    least=2,
    most=20,
    unit="audits",
)
PATTERN_STANDARD = council.Number(
    "pattern_standard",
    "Audits with one standard Inadequate in a quarter that make a pattern",
    GROUP,
    "A pattern goes to the Heads of Service and the Head of QA, and to CQAWG (strategy 5.5, 7).",
    default=3,
    least=2,
    most=20,
    unit="audits",
)
CQAWG = days(
    "pattern_days",
    "Days in which a pattern is decided on",
    "By the next meeting of the group, which meets about monthly. Ours.",
    20,
    most=60,
)
