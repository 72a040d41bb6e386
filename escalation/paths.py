"""The paths of the ladder as data: which steps, whose, by when, what closes each, and who is told when one is late.

It is the table of the lifecycle (strategy 4.7.5 and 7, App. 2; the strategy's own picture of it is lost).
"""

from __future__ import annotations

from dataclasses import dataclass

from escalation import times
from escalation.models import Escalation, Step
from escalation.who import Who
from people import council

Path = Escalation.Path


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a path.

    Its date is so many working days or months after `since`: the day the path "opened", the day the audit "met", or
    the day the steps before it were "done"; "panel" is the next panel after that. `together`: it opens with the path;
    the others open one after another. `closes` says what closes it, for the page. `setting` is the council's number
    of days (or months, where `months` is set) in place of the ones here.
    """

    slug: str
    title: str
    past: str
    owner: Who
    closes: str
    since: str
    days: int = 0
    months: int = 0
    together: bool = False
    waits: str = ""
    setting: council.Number | None = None

    @property
    def working_days(self) -> int:
        """How many working days it has: as the council set them, else the strategy's."""
        return self.setting.value() if self.setting and not self.months else self.days

    @property
    def whole_months(self) -> int:
        """How many months it has, 0 where it is counted in working days."""
        return self.setting.value() if self.setting and self.months else self.months


@dataclass(frozen=True, slots=True)
class Level:
    """Who is told when a step has been late for so many working days.

    `key` is what a breach keeps: a change of the setting must not tell anybody twice.
    """

    key: int
    who: Who
    setting: council.Number

    @property
    def days(self) -> int:
        """Working days late, as the council set them."""
        return self.setting.value()


def levels(settings: tuple[council.Number, ...], *parts: Who) -> tuple[Level, ...]:
    """The levels of a ladder, each with the part that it tells."""
    return tuple(Level(setting.default, who, setting) for setting, who in zip(settings, parts, strict=True))


LATE = levels(times.LATE, Who.QA_OFFICER, Who.HEAD_OF_SERVICE, Who.ASSISTANT_DIRECTOR, Who.EXECUTIVE_DIRECTOR)
LATE_FOR_SAFETY = levels(times.LATE_FOR_SAFETY, Who.ASSISTANT_DIRECTOR, Who.EXECUTIVE_DIRECTOR)

QA_CHECK = "The QA Officer finds every action checked and the entry on the file, or sends it back."


@dataclass(frozen=True, slots=True)
class Ladder:
    """A path: who is told when it opens, its steps in order, and who is told when one is late."""

    told: tuple[Who, ...]
    rungs: tuple[Rung, ...]
    late: tuple[Level, ...] = LATE


PATHS: dict[str, Ladder] = {
    Path.SAFEGUARDING: Ladder(
        told=(Who.QA_OFFICER,),
        rungs=(
            Rung(
                "acknowledge",
                "Acknowledge",
                "Acknowledged",
                Who.MANAGER,
                "Whoever was spoken to, or their Head of Service, says by name that they have it.",
                "opened",
                together=True,
            ),
            Rung(
                "make_safe",
                "Child made safe",
                "Child made safe",
                Who.MANAGER,
                "The manager says what was done, and the Head of Service agrees that the child is safe.",
                "opened",
                days=1,
                together=True,
                setting=times.MAKE_SAFE,
            ),
        ),
        late=LATE_FOR_SAFETY,
    ),
    Path.INADEQUATE: Ladder(
        told=(Who.WORKER, Who.MANAGER, Who.QA_OFFICER, Who.ASSISTANT_DIRECTOR),
        rungs=(
            Rung(
                "acknowledge",
                "Acknowledge",
                "Acknowledged",
                Who.HEAD_OF_SERVICE,
                "The Head of Service says by name that they have read it.",
                "opened",
                days=1,
                together=True,
                setting=times.INADEQUATE_ACKNOWLEDGE,
            ),
            Rung(
                "immediate_actions",
                "Immediate actions",
                "Immediate actions signed",
                Who.MANAGER,
                "Every immediate action is done with evidence, and the Head of Service signs.",
                "met",
                days=5,
                together=True,
            ),
            Rung(
                "supervision",
                "Supervision",
                "Supervision and actions done",
                Who.MANAGER,
                "Supervision is recorded, every action is done, and the entry is on the case file.",
                "met",
                months=1,
                together=True,
            ),
            Rung(
                "qa_check",
                "QA check",
                "QA check",
                Who.QA_OFFICER,
                QA_CHECK,
                "done",
                days=5,
                waits="It begins once the steps above are done.",
                setting=times.QA_CHECK,
            ),
            Rung(
                "re_audit",
                "Re-audit",
                "Re-audit",
                Who.QA_OFFICER,
                "Another auditor, from outside the team, audits the case again. A better grade closes this when it is "
                "signed; otherwise the Assistant Director decides, with a reason.",
                "met",
                months=3,
                waits="An auditor from outside the team. It begins after the QA check.",
                setting=times.RE_AUDIT,
            ),
        ),
    ),
    Path.REQUIRES_IMPROVEMENT: Ladder(
        told=(Who.WORKER, Who.HEAD_OF_SERVICE, Who.QA_OFFICER),
        rungs=(
            Rung(
                "acknowledge",
                "Acknowledge",
                "Acknowledged",
                Who.MANAGER,
                "The responsible manager says by name that they have read it.",
                "opened",
                days=2,
                together=True,
                setting=times.RI_ACKNOWLEDGE,
            ),
            Rung(
                "actions",
                "Actions and supervision",
                "Actions and supervision done",
                Who.MANAGER,
                "Every action is done with evidence, supervision is recorded, and the entry is on the case file.",
                "met",
                months=1,
                together=True,
            ),
            Rung(
                "qa_check",
                "QA check",
                "QA check",
                Who.QA_OFFICER,
                QA_CHECK,
                "panel",
                waits="By the next panel after the steps above are done.",
            ),
        ),
    ),
}


def rung_of(step: Step) -> Rung:
    """The rung of its ladder that a step stands on."""
    return next(rung for rung in PATHS[step.escalation.path].rungs if rung.slug == step.slug)
