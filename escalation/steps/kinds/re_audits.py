"""The re-audit that ends the path of Inadequate: the same case again, by another auditor from outside the team."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, Subquery

from audits import references
from audits.allocation import allocate
from audits.models import Action, Audit, Hold
from escalation import ladder, states
from escalation.models import Escalation, Step
from escalation.notice_texts import ReAuditNeededAgain, ReAuditToDecide
from escalation.steps import acts, dates, times
from escalation.steps.acting import check_open, locked_step
from escalation.steps.acting_as import came_to_q, on_behalf_of
from escalation.steps.owners import give_step_to
from escalation.steps.people import Who, owner, people
from escalation.steps.step_kind import Act, Asked, StepKind, kind_of, registered
from people import access, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow
from qualitycounts.base.row_questions import EVERY_ROW
from standards.grades import Grade, word_of


def current(audit: Audit) -> Audit | None:
    """The re-audit that is under way or signed, the newest if there are several."""
    return audit.re_audits.standing().select_related("auditor").order_by("-pk").first()


def check_begin(step: Step, *, by: User) -> None:
    """The QA Team (403), while the re-audit is open, none is under way, and the case is (409)."""
    if not access.may(by, Permission.RUN_SELECTION):
        raise NotAllowed("The QA Officer begins a re-audit.")
    check_open(step, BEGIN.slug)
    audit = step.escalation.audit
    again = current(audit)
    if again is not None and again.state not in Audit.FINAL:
        raise NotNow(f"The re-audit is {again.ref}. It is under way.")
    if audit.case.closed_on is not None or audit.case.keyworker_id is None:
        raise NotNow(
            "The case is closed or has no keyworker, so there is nobody to audit it with. "
            "The Assistant Director decides how this ends."
        )


def begin(step: Step, *, by: User, at: datetime) -> Audit:
    """Make the re-audit, in the month its step is due (this month, if that has passed), and find its auditor.

    The auditor is found as a draw finds one: never near the case, never who audited it last, with room that month. The
    step then waits for them; where nobody can be placed it stays with the QA Officer, who places it from the draws.
    Refused: not QA (403); the step not open, a re-audit under way, the case closed (409).
    """
    with locked_step(step, check_begin, by=by, at=at) as (fresh, act):
        first, today = fresh.escalation.audit, day_of(at)
        month = max(fresh.due_on or today, today).replace(day=1)
        standard_set = references.standard_set_for(month, on=today)
        number = references.next_number(month)
        again = Audit.objects.create(
            ref=references.reference(month, number),
            month=month,
            number=number,
            case=first.case,
            re_audit_of=first,
            category=first.case.category,
            standard_set=standard_set,
            focus=first.focus,
            keyworker=first.case.keyworker,
            team=first.case.team,
        )
        act.add("audit.re_audit", again, now=again.state, content={"of": first.ref, "escalation": fresh.escalation.ref})
        allocate.allocate_auditors([again], seed=again.ref, by=by, at=at)
        if again.auditor is not None:
            fresh.owner = again.auditor
        act.add("step.re_audit_begun", fresh, was=fresh.state, now=fresh.state, content={"audit": again.ref})
    return again


BEGIN = Act(
    "re_audit",
    "Begin the re-audit",
    "Begin the re-audit",
    "The re-audit is made and has its auditor.",
    check_begin,
    begin,
    at_once=True,
)


DECIDES = Asked("The re-audit is no better: decide how this ends", "Decide")


@registered
class ReAudit(StepKind):
    """The last step of the graver path: closed by a better re-audit once signed, else by the Assistant Director."""

    path, slug, order = Escalation.Path.INADEQUATE, "re_audit", 50
    title = past = "Re-audit"
    owner = Who.QA_OFFICER
    since, months = "met", times.RE_AUDIT
    closes = (
        "Another auditor, from outside the team, audits the case again. A better grade closes this when it is "
        "signed; otherwise the Assistant Director decides, with a reason."
    )
    waits = "An auditor from outside the team. It begins after the QA check."
    acts = (BEGIN, acts.DECIDE)
    to_do = Asked("See the re-audit through")
    stays_with = "A re-audit goes with its auditor. Give the re-audit to another auditor instead."

    def done_by(self, user: User) -> Q:
        """Whoever leads it; the QA Team, who begin it; the Assistant Director, or the Executive Director it came to."""
        if access.acting_as(user, Role.ASSISTANT_DIRECTOR) or access.may(user, Permission.RUN_SELECTION):
            return EVERY_ROW
        leads = Q(owner__in=on_behalf_of(user))
        return leads | came_to_q(user) if access.acting_as(user, Role.EXECUTIVE_DIRECTOR) else leads

    def turn_of(self, user: User, *, on: date) -> Q:
        """Its owner's, and whom it was passed to; with its owner gone, all who may."""
        whose = on_behalf_of(user)
        return Q(owner__in=whose) | Q(passed_to__in=whose) | Q(pk__in=Step.objects.ownerless(on).values("pk"))

    def opened(self, act: trail.Act, step: Step) -> None:
        """A re-audit that is signed already answers now."""
        for again in step.escalation.audit.re_audits.filter(state__in=Audit.FINAL):
            answer_re_audit(act, again)

    def graded(self, act: trail.Act, audit: Audit) -> None:
        """A re-audit that is signed answers; one that is voided takes its answer back."""
        if audit.re_audit_of is not None:
            (answer_re_audit if audit.final else take_back_answer)(act, audit)

    def swept(self, act: trail.Act, *, on: date) -> None:
        """The step follows the re-audit's auditor."""
        follow_re_audits(act, on=on)

    def asks(self, step: Step, user: User) -> Asked:
        """Of the Assistant Director whose it is, the decision."""
        decides = access.acting_as(user, Role.ASSISTANT_DIRECTOR, Role.EXECUTIVE_DIRECTOR)
        return DECIDES if decides is not None and step.owner_id == decides.pk else self.to_do

    def missing(self, step: Step, plan: list[Action]) -> str:
        """The re-audit, or the decision that it is left to."""
        return "the re-audit is not signed, nor another end decided"

    def re_audit(self, step: Step) -> Audit | None:
        """The newest."""
        return current(step.escalation.audit)

    def timeline_items(self, step: Step, actions: list[Action]) -> Iterable[tuple[str, str]]:
        """The re-audit, as far as it has come."""
        again = current(step.escalation.audit)
        if again is None:
            yield "blank", "The re-audit is not begun yet"
        else:
            yield "open", f"{again.ref}, {again.get_state_display().lower()}, with {again.auditor or 'no auditor yet'}"

    def before_it_begins(self, owner: str) -> str:
        """Its owner is not known yet."""
        return self.waits


def answer_re_audit(act: trail.Act, again: Audit) -> None:
    """A re-audit is signed. Better than the grade that asked for it: the step is done. Else the AD is to decide."""
    first = again.re_audit_of
    step = (
        Step.objects.select_for_update(of=("self",))
        .select_related("escalation__audit__case__team")
        .filter(escalation__audit=first, slug=ReAudit.slug, state=Step.State.OPEN)
        .first()
    )
    if step is None or first is None:
        return
    if Grade(again.grade).rank > Grade(step.escalation.grade).rank:
        step.state = states.STEP.check(step.state, "finish")
        step.done_at, step.done_by = act.at, again.auditor
        step.words = f"Re-audit {again.ref} is graded {word_of(again.grade)}."
        step.save()
        act.add("step.re_audited", step, was=Step.State.OPEN, now=step.state, why=step.words)
        ladder.move_on(act, step.escalation)
        return
    was, step.owner = step.owner_id, owner(Who.ASSISTANT_DIRECTOR, step.escalation.audit, on=day_of(act.at))
    step.save(update_fields=["owner"])
    act.add("step.to_decide", step, was=step.state, now=step.state, content={"was": was, "owner": step.owner_id})
    ladder.tell_step(act, ReAuditToDecide(step, again), [step.owner], "decide")


def take_back_answer(act: trail.Act, again: Audit) -> None:
    """A re-audit is voided: what it had answered is open again, for the time there is for a re-audit from today.

    The step is the QA Officer's, who begins another. An audit that was closed meanwhile stays closed.
    """
    first, on = again.re_audit_of, day_of(act.at)
    answered = Q(state=Step.State.DONE, words__startswith=f"Re-audit {again.ref} ") | Q(state=Step.State.OPEN)
    step = (
        Step.objects.select_for_update(of=("self",))
        .select_related("escalation__audit__case__team")
        .filter(answered, escalation__audit=first, slug=ReAudit.slug)
        .order_by("-pk")
        .first()
    )
    if step is None:
        return
    escalation, kind, was = step.escalation, kind_of(step), step.state
    step.owner = owner(kind.owner, escalation.audit, on=on)
    if was == Step.State.DONE:
        step.state = states.STEP.check(was, "reopen")
        step.done_at, step.done_by, step.words = None, None, ""
        dates.put_later(dates.due_date(kind, start=on, on=on), step)
    step.save()
    why = f"Re-audit {again.ref} was voided."
    act.add("step.reopened", step, was=was, now=step.state, why=why, content=[step.owner_id, step.due_on])
    if escalation.state == Escalation.State.FINISHED:
        ended, escalation.state = escalation.state, states.ESCALATION.check(escalation.state, "reopen")
        escalation.finished, escalation.finished_why = None, ""
        escalation.save(update_fields=["state", "finished", "finished_why"])
        act.add("escalation.reopened", escalation, was=ended, now=escalation.state, why=why)
        if escalation.audit.state != Audit.State.CLOSED:
            Hold.objects.create(audit=escalation.audit, cause=ladder.cause(escalation), placed=act.at)
    to = [step.owner, *people(kind.owner, escalation.audit, on=on)]
    ladder.tell_step(act, ReAuditNeededAgain(step, again), to, f"again:{again.ref}")


def follow_re_audits(act: trail.Act, *, on: date) -> None:
    """A re-audit's step waits for its auditor: when the re-audit goes to another, the step goes too.

    With the re-audit withdrawn, or without an auditor, the step is the QA Officer's again.
    """
    its = Audit.objects.filter(re_audit_of=OuterRef("escalation__audit"), auditor__isnull=False)
    # One question of the step's own row: a filter or values_list through the audit's other escalations would join
    # their steps a second time, and hand those over as well.
    steps = Step.objects.open().filter(slug=ReAudit.slug).select_for_update(of=("self",)).select_related("escalation")
    under_way = its.filter(state__in=Audit.UNFINISHED).order_by("-pk").values("auditor")[:1]
    moved = steps.annotate(led_by=Subquery(under_way)).filter(led_by__isnull=False).exclude(owner=F("led_by"))
    for step in moved:
        auditor: int = vars(step)["led_by"]
        give_step_to(act, step, auditor)
    led = its.exclude(state__in=Audit.WITHDRAWN_OR_VOIDED)
    were = Audit.objects.filter(re_audit_of=OuterRef("escalation__audit"))
    alone = steps.filter(Exists(were), ~Exists(led))
    officers = set(holders(Role.QA_OFFICER, on=on).values_list("pk", flat=True))
    for step in alone.exclude(owner__in=officers).select_related("escalation__audit__case__team"):
        give_step_to(act, step, owner(Who.QA_OFFICER, step.escalation.audit, on=on).pk)
