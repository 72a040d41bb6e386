"""What a person signs, checks or decides on: each action, how it will be known, and the evidence as it was given."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch

from audits.access import visible_actions
from audits.models import Action, ActionFile, Audit, Supervision
from audits.models.plan import ActionQuerySet
from escalation.models import Step
from escalation.steps import send_backs
from escalation.steps.step_kind import Act, kind_of
from people import trail
from people.models import User
from qualitycounts.base.dates import day_in_words, moment_in_words


@dataclass(frozen=True, slots=True)
class ActionEvidence:
    """One action with its files and, where it came back before, why."""

    action: Action
    files: list[ActionFile]
    sent_back: list[str]

    @property
    def whose_by_when(self) -> str:
        """Its owner and its date, with the first date where it has another now."""
        first, due = self.action.first_due_on, self.action.due_on
        moved = f", first {day_in_words(first)}" if due != first else ""
        return f"{self.action.owner or 'Nobody at present'}, by {day_in_words(due)}{moved}"

    @property
    def given_by(self) -> str:
        """Who gave its evidence and when, or that there is none that holds."""
        if self.action.done_at:
            return f"Written down by {self.action.done_by}, {moment_in_words(self.action.done_at)}"
        return "Given before it was sent back" if self.action.evidence else "None given yet"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one step is about. `version` changes whenever any of it does."""

    actions: list[ActionEvidence]
    supervisions: list[Supervision]
    sent_back: list[str]
    version: str


def with_sight(audit: Audit, *, by: User) -> ActionQuerySet:
    """The audit's actions in their order, each with `seen`: whether the person may open it."""
    seen = Exists(visible_actions(by).filter(pk=OuterRef("pk")))
    return audit.actions.annotate(seen=seen).select_related("owner", "done_by", "countersigned_by").order_by("number")


def evidence(step: Step, act: Act, *, by: User) -> Evidence:
    """What the page of an act on a step shows of the work; of actions that the person may not open nothing, unless they
    answer for them by this act."""
    kind = kind_of(step)
    files = Prefetch("files", ActionFile.objects.filter(file__removed_at=None).select_related("file"))
    actions = with_sight(step.escalation.audit, by=by).filter(pk__in=kind.actions(step).values("pk"))
    shown = [action for action in actions.prefetch_related(files) if action.seen or act.answers]  # type: ignore[attr-defined]
    for action in shown:
        action.audit = step.escalation.audit
    back: dict[str, list[str]] = {action.ref: [] for action in shown}
    for entry in trail.entries_about(*shown).filter(act="action.returned"):
        back[entry.ref] += send_backs.sentences([entry])
    steps = list(step.escalation.steps.all())
    for beside in steps:
        beside.escalation = step.escalation
    return Evidence(
        actions=[ActionEvidence(action, list(action.files.all()), back[action.ref]) for action in shown],
        supervisions=list(step.escalation.audit.supervisions.select_related("recorded_by"))
        if act.answers and kind.supervised
        else [],
        sent_back=send_backs.sentences(send_backs.send_backs(*steps)),
        version=kind.version(step),
    )
