"""What a kind of step is: all that the rules, the pages and the notices ask of it, in one class.

A kind stands in a module of `kinds/`, is `registered` there, and inherits from here what is usual. Whoever may act on
its steps is said once, as a question of the database: a rule asks it of one step (`rights.py`), the queue and My work
of many (docs/adr/0020-a-step-is-a-class.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q

from audits.models import Action, Audit
from audits.models.plan import ActionQuerySet
from escalation.models import Escalation, Step
from escalation.steps.acting_as import DECIDERS, LINE, decided_by, on_behalf_of, owner_holds
from escalation.steps.holders import Holders, WaitsFor, service_of, took_part, working_on
from escalation.steps.people import Who
from escalation.steps.plan_lines import plan_lines
from people import trail
from people.council_settings import Number
from people.models import User
from people.roles import Scope
from qualitycounts.base.row_questions import NO_ROW

Check = Callable[..., None]
"""`check(step, by=…)` raises a sentence where the person may not, or may not yet."""


@dataclass(frozen=True, slots=True)
class Words:
    """The box that an act's page has: what its rule calls it, its label, and whether it must be filled in."""

    name: str
    label: str
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Act:
    """One act: what its link and its button say, a quiet line under the link, and what is said when it is done.

    Without `asks` its button does it, or its page has a form of its own. `answers`: whoever does it answers for what
    others did, and reads all of it. `shown`: the rule is told which version of that the page showed.
    """

    slug: str
    link: str
    button: str
    done: str
    check: Check
    rule: Callable[..., object]
    hint: str = ""
    asks: Words | None = None
    at_once: bool = False
    answers: bool = False
    shown: bool = False

    @property
    def page(self) -> str:
        """The name of its address."""
        return f"escalation-{self.slug.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a step asks of whom it waits for: the words of its row on My work ("" for no row), and the row's button."""

    words: str
    button: str = "Open"


class StepKind:
    """One kind of step on one path.

    Its date is so many working days or months (a number, or the council's setting) after `since`: the day the path
    "opened", the day the audit "met", or the day the steps before it were "done"; "panel" is the next panel after that.
    `together`: it opens with the path; the others open one after another, in their `order`. `closes` says what closes
    it, for the page. `scopes`: how far a grant lets somebody act on it who is not its owner.
    """

    path: str
    slug: str
    order: int
    title: str
    past: str
    owner: Who
    since: str
    days: int | Number = 0
    months: int | Number = 0
    together = False
    closes: str
    waits = ""
    acts: tuple[Act, ...] = ()
    scopes: tuple[Scope, ...] = LINE
    to_do: Asked
    signature: Asked
    ticked = False
    """Whether several of it are done at once, ticked in the queue."""
    worker_too = False
    """Whether the timeline names the worker beside its owner."""
    stays_with = ""
    """Why nobody gives it to another person, where that is so."""
    plan: Q | None = Q()
    """Which actions of the plan it is about; None for none."""
    plan_title = "The actions"
    needs_plan = False
    """Whether the actions of the plan say whom it waits for."""
    moves_plan = False
    """Whether its date is that of its actions, so that a later one moves both."""
    lists_plan = False
    """Whether the timeline lists all that the plan asks for."""
    proof = ""
    """What is asked in place of words that say nothing, where it is recorded what was done."""
    question = ""
    """What whoever signs what was recorded is asked, in the subject of their notice."""
    not_ready = ""
    """Why it cannot be signed yet."""
    missing_signature = "all of it is done, and only the signature is missing"
    """What is missing once the doing is done."""
    supervised = True
    """Whether whoever answers for it reads the supervision."""

    @property
    def working_days(self) -> int:
        """How many working days it has: as the council set them, else the strategy's."""
        return self.days.value() if isinstance(self.days, Number) else self.days

    @property
    def whole_months(self) -> int:
        """How many months it has, 0 where it is counted in working days."""
        return self.months.value() if isinstance(self.months, Number) else self.months

    # Who may act on it, and for whom it waits

    def done_by(self, user: User) -> Q:
        """The steps of this kind that the person may do."""
        return decided_by(user, *self.scopes)

    def turn_of(self, user: User, *, on: date) -> Q:
        """The steps whose turn is the person's, if they may: theirs, passed up to them, or left with nobody who can."""
        whose = on_behalf_of(user)
        left_alone = Q(~owner_holds(*DECIDERS, on=on), passed_to=None)
        return Q(owner__in=whose) | Q(passed_to__in=whose) | left_alone

    def ready(self) -> Q | None:
        """The steps of this kind whose doing is done, so that they wait for a signature; None where none is asked."""
        return None

    def waits_for(self, step: Step, plan: list[Action], holders: Holders, *, on: date) -> WaitsFor:
        """Whom an open step waits for, with the actions of its plan at hand."""
        return WaitsFor(tuple(working_on([*self.doers(step, plan, holders, on=on), step.passed_to], on=on)))

    def doers(self, step: Step, plan: list[Action], holders: Holders, *, on: date) -> Iterable[User | None]:
        """Who is to do it."""
        return [step.owner]

    def missing(self, step: Step, plan: list[Action]) -> str:
        """What is missing on an open step, in a few words that follow a name: "Odile Farquhar: it is not checked"."""
        return ""

    def asks(self, step: Step, user: User) -> Asked:
        """What its row on My work asks of this person while it waits to be done."""
        return self.to_do

    # What is asked before it closes, and what else happens

    def left_to_do(self, step: Step) -> list[str]:
        """What is still to do before it can be closed, a sentence each."""
        return []

    def not_needed(self, escalation: Escalation) -> str:
        """Why it is left out of this escalation when its turn comes; "" where it is not."""
        return ""

    def opened(self, act: trail.Act, step: Step) -> None:
        """What else happens when it opens."""

    def signed(self, act: trail.Act, step: Step) -> None:
        """What else happens when it is signed."""

    def graded(self, act: trail.Act, audit: Audit) -> None:
        """What a grade that was fixed, changed or voided does to steps of this kind."""

    def swept(self, act: trail.Act, *, on: date) -> None:
        """What the sweep sees to on steps of this kind."""

    # What its pages show

    def own(self, act: Act) -> Act:
        """An act in the words of this kind."""
        return next((own for own in self.acts if own.slug == act.slug), act)

    def actions(self, step: Step) -> ActionQuerySet:
        """The actions that the step is about."""
        actions = Action.objects.filter(audit=step.escalation.audit).exclude(state=Action.State.CANCELLED)
        return actions.none() if self.plan is None else actions.filter(self.plan)

    def version(self, step: Step) -> str:
        """What stands to be signed or checked: the version of each action."""
        versions = self.actions(step).order_by("number").values_list("number", "version")
        return ",".join(f"{number}.{version}" for number, version in versions)

    def re_audit(self, step: Step) -> Audit | None:
        """The re-audit that is decided on."""
        return None

    def sign_row(self, step: Step, signer: str, *, agrees: str) -> tuple[str, str]:
        """The queue's title and words for a step that waits for its signature; `agrees` fits the signer."""
        return f"Sign {self.title.lower()}", f"{signer}: all done with evidence"

    def timeline_items(self, step: Step, actions: list[Action]) -> Iterable[tuple[str, str]]:
        """What an open step is made of, a line each on the timeline: its shape, and words."""
        return plan_lines(step.escalation.audit, actions) if self.lists_plan else ()

    def before_it_begins(self, owner: str) -> str:
        """Who comes in when it begins."""
        return f"{owner}. {self.waits}"


class SignedKind(StepKind):
    """A kind that one person does and another signs: the Head of Service of the case, or whoever stands in for them."""

    supervised = False
    needs_plan = True

    def ready(self) -> Q:
        """The steps of this kind whose doing is done."""
        raise NotImplementedError

    def waits_for(self, step: Step, plan: list[Action], holders: Holders, *, on: date) -> WaitsFor:
        """Whom it waits for: whoever signs, once it is ready."""
        ready = vars(step).get("to_sign")
        if ready is None:
            ready = Step.objects.filter(self.ready(), pk=step.pk).exists()
        if ready:
            return WaitsFor(self.signers(step, plan, holders, on=on), signs=True)
        return super().waits_for(step, plan, holders, on=on)

    def signers(self, step: Step, plan: list[Action], holders: Holders, *, on: date) -> tuple[User, ...]:
        """Who is asked to sign: the Head of Service of the case, or the Assistant Director where that Head took part or
        there is none; and whom it was passed to. As `signed_by` lets them."""
        took = {step.owner_id, step.acted_by_id, *took_part(plan)}
        heads = holders.holders_of(Who.HEAD_OF_SERVICE, service=service_of(step))[:1]
        directors = holders.holders_of(Who.ASSISTANT_DIRECTOR, service=None)[:1]
        asked = heads if heads and heads[0].pk not in took else directors
        return tuple(person for person in working_on([*asked, step.passed_to], on=on) if person.pk not in took)


class RecordedKind(SignedKind):
    """A kind whose owner says in words what was done, and another person agrees that it is enough."""

    plan = None
    not_ready = "what was done is not recorded yet"
    missing_signature = "what was done is recorded, and only the signature is missing"

    def missing(self, step: Step, plan: list[Action]) -> str:
        """What its owner has to say first."""
        return self.not_ready

    def ready(self) -> Q:
        """What was done is recorded."""
        return Q(acted_at__isnull=False)

    def version(self, step: Step) -> str:
        """When it was recorded."""
        return f"{step.acted_at:%Y-%m-%dT%H:%M:%S.%f}" if step.acted_at else ""

    def sign_row(self, step: Step, signer: str, *, agrees: str) -> tuple[str, str]:
        """Who agrees, and who acted."""
        return self.title, f"{signer} {agrees}, {step.acted_by} acted"


KINDS: dict[tuple[str, str], StepKind] = {}
"""Every kind by its path and slug; `escalation.apps` has the modules of `kinds/` read."""
K = TypeVar("K", bound=StepKind)


def registered(kind: type[K]) -> type[K]:
    """Have the rules, pages and notices know a kind of step."""
    KINDS[kind.path, kind.slug] = kind()
    return kind


def kind_of(step: Step) -> StepKind:
    """The kind of a step."""
    return KINDS[step.escalation.path, step.slug]


def of_kinds(kinds: Iterable[StepKind]) -> Q:
    """The steps of some kinds."""
    steps = NO_ROW
    for kind in kinds:
        steps |= Q(slug=kind.slug, escalation__path=kind.path)
    return steps
