"""The preparation pack: every question of the meeting beforehand, so that nothing surprises (App. 2, before)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from audits import locking
from audits.case_facts import CaseFact, audit_facts, facts_beside
from audits.case_system import second_worker
from audits.form_boxes import indicators_of
from audits.models import Action, Audit, Chair
from audits.part_of import theme_of
from people.models import User
from qualitycounts.base.dates import day_in_words
from standards.models import Criterion, Indicator, Standard
from standards.review_intervals import ReviewInterval, intervals_beside


@dataclass(frozen=True, slots=True)
class PackChapter:
    """One standard with its questions, each with what the register knows, and whether it is meant for this child's
    category."""

    standard: Standard
    sections: tuple[tuple[str, tuple[tuple[Criterion, tuple[CaseFact | ReviewInterval, ...]], ...]], ...]
    fits: bool


@dataclass(frozen=True, slots=True)
class Pack:
    """All that the two will look at together."""

    chapters: tuple[PackChapter, ...]
    indicators: tuple[tuple[Indicator, tuple[CaseFact, ...]], ...]


def pack(audit: Audit) -> Pack:
    """The questions for this child, of the standards the audit is graded with."""
    standards = audit.standard_set.standards.prefetch_related("sections__criteria")
    if audit.focus:
        standards = standards.filter(number__in=audit.focus)
    facts = audit_facts(audit)
    return Pack(
        tuple(
            PackChapter(
                standard,
                tuple(
                    (
                        section.heading,
                        tuple(
                            (
                                criterion,
                                (
                                    *intervals_beside(criterion.facts, audit.category),
                                    *facts_beside(criterion.facts, facts),
                                ),
                            )
                            for criterion in section.criteria.all()
                            if fits(criterion, audit)
                        ),
                    )
                    for section in standard.sections.all()
                ),
                audit.asked_as in standard.applies_to,
            )
            for standard in standards
        ),
        tuple((indicator, facts_beside(indicator.facts, facts)) for indicator in indicators_of(audit)),
    )


BRING = (
    ("Chronology", "Every event since the last entry, with what it meant for the child."),
    ("Genogram", "Who matters to the child now, the wider family among them."),
    ("Assessment", "The latest one, with its analysis, agreed by your manager."),
    ("Plan", "What has to change, by when and who does what; the last review’s decisions are in it."),
    ("Visits", "Each visit written up, and whether the child was seen alone."),
    ("The child’s words", "Direct work, wishes and feelings, as the child put them."),
    ("Supervision", "The last record, with the decisions and why."),
    ("Family’s view", "What they think of the help, if it is right to ask now."),
)
"""What the keyworker brings up to date on Mosaic before the meeting, each with what that means."""


@dataclass(frozen=True, slots=True)
class Before:
    """The last audit of the case: its grade as it stands, and what became of its actions."""

    audit: Audit
    actions: tuple[Action, ...]

    @property
    def unfinished(self) -> int:
        """How many of its actions are neither checked nor cancelled."""
        return sum(action.state in Action.UNFINISHED for action in self.actions)


def check_auditors(audit: Audit, *, by: User) -> None:
    """Refused (403) unless `by` is the auditor: it holds what an earlier audit said of the case."""
    locking.chair_of(audit, by, Chair.AUDITOR)


def auditors(audit: Audit) -> dict[str, Any]:
    """All that the auditor's pack shows: the case, its last audit and the guide. Its queries do not grow with it."""
    return {"audit": audit, "facts": case_facts(audit), "before": last_audit(audit), "pack": pack(audit)}


def case_facts(audit: Audit) -> list[tuple[str, str]]:
    """What the register knows of the case, in words. No name is held."""
    case = audit.case
    theme = theme_of(audit)
    again = f"Yes, of {audit.re_audit_of.ref}" if audit.re_audit_of else "No"
    return [
        *([("Part of", " ".join(theme))] if theme else []),
        ("Person number", case.person_id),
        ("Category", str(audit.get_category_display())),
        ("Age", str(case.age) if case.age is not None else "Not known"),
        ("Team", str(case.team) if case.team else "No team"),
        ("Keyworker", str(audit.keyworker) if audit.keyworker else "Nobody on the staff list"),
        *second_worker(case),
        ("Open since", day_in_words(case.opened_on)),
        ("Last supervision", day_in_words(case.last_supervision_on) or "Not known"),
        ("Last audited, as the extract has it", day_in_words(case.last_audited_on) or "Never"),
        ("Re-audit", again),
        ("Standards", ", ".join(str(number) for number in audit.focus) or "All"),
    ]


def last_audit(audit: Audit) -> Before | None:
    """The last final audit of the same case before this one, with its actions; two queries."""
    earlier = Audit.objects.final().filter(case=audit.case_id).exclude(pk=audit.pk)
    last = earlier.select_related("auditor").order_by("-met_on", "-pk").first()
    if last is None:
        return None
    return Before(last, tuple(last.actions.select_related("owner").order_by("number")))


def fits(criterion: Criterion, audit: Audit) -> bool:
    """Whether the question is meant for this child's category."""
    return not criterion.applies_to or audit.asked_as in criterion.applies_to
