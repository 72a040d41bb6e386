"""Did it last? Three months after an action was verified its manager says so in a sentence, and QA looks at a sample.

It holds nothing: the audit may long be closed. Nobody looks at their own answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.db.models import Q

from audits.access import in_the_part_of
from audits.follow_up.acting_as import checks_for_qa
from audits.models import Action, Audit, LastingCheck
from people import access, council_settings, trail
from people.directory import works_here_q
from people.models import User
from people.roles import Permission, Scope
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, allows, written
from standards.timescales import add_months

GROUP = "Follow-up"
MONTHS = council_settings.Number(
    "lasting_months",
    "Months until a manager says whether an action lasted",
    GROUP,
    "After the action was verified. A check keeps the date it was written with. Ours.",
    default=3,
    least=1,
    most=12,
    unit="months",
)
SAMPLE = council_settings.Number(
    "lasting_sample",
    "Share of those answers that the QA Team looks at on the record",
    GROUP,
    "Chance decides by the action’s reference, so that nobody chooses. Every “no” is looked at, too. Ours.",
    default=25,
    least=0,
    most=100,
    unit="in a hundred",
)


def begin_check(act: trail.Act, action: Action) -> LastingCheck:
    """Write down, as an action is verified, that its manager is asked later whether it lasted."""
    due_on = add_months(day_of(act.at), MONTHS.value())
    check, _ = LastingCheck.objects.update_or_create(action=action, defaults={"due_on": due_on})
    return check


def in_sample(action: Action) -> bool:
    """Whether chance puts the answer about an action in the QA Team's sample: by its reference alone."""
    return int(hashlib.sha256(f"lasting:{action.ref}".encode()).hexdigest(), 16) % 100 < SAMPLE.value()


def as_manager(action: Action, *, by: User, on: date) -> User | None:
    """Whose part `by` plays in saying whether it lasted: the responsible manager's, or their deputy's; once that one
    has left, whoever manages the case's team now."""
    manager = action.audit.responsible_manager
    if manager is None or not manager.works_here(on):
        return in_the_part_of(by, Permission.VERIFY_ACTION, action.audit.case, Scope.TEAM)
    return manager if by.pk == manager.pk or access.stands_in(by, manager.pk) else None


def check_answer(action: Action, *, by: User, on: date) -> None:
    """Refused unless `by` is its manager (403), and it was verified and nobody has answered yet (409)."""
    if as_manager(action, by=by, on=on) is None:
        raise NotAllowed("The responsible manager says whether it lasted.")
    check = _check_of(action)
    if check.answered_at is not None:
        raise NotNow(f"{check.answered_by} has said already whether it lasted.")
    if on < opens_on(check):
        raise NotNow(f"It is asked for from {date_in_words(opens_on(check))} on: until then nobody can tell.")


def opens_on(check: LastingCheck) -> date:
    """The first day on which it can be answered: a month before it is due."""
    return add_months(check.due_on, -1)


def answer_lasting(action: Action, *, by: User, at: datetime, lasted: str, words: str) -> LastingCheck:
    """Say whether what an action changed has lasted, with a sentence on what shows it.

    Refused: not its manager (403); not verified, too early or answered already (409); no answer or no words (422).
    """
    with trail.acting(by=by, at=at) as act:
        action, check = _locked(action)
        check_answer(action, by=by, on=day_of(at))
        if lasted not in LastingCheck.Lasted.values:
            raise Refused("Say whether it lasted.", "lasted")
        check.lasted = lasted
        check.words = written(words, "words", "Say in a sentence what shows it, and what you looked at.")
        check.answered_at, check.answered_by = at, by
        check.sampled = lasted == LastingCheck.Lasted.NO or in_sample(action)
        check.save()
        act.plays(as_manager(action, by=by, on=day_of(at)))
        act.add(
            "action.lasted", action, was=action.state, now=action.state, why=check.words, content={"lasted": lasted}
        )
    return check


def check_look(action: Action, *, by: User, on: date) -> None:
    """Refused unless `by` checks for QA and did not answer it (403), and it waits in the sample (409)."""
    if not checks_for_qa(by):
        raise NotAllowed("The QA Team looks at a sample of these answers.")
    check = _check_of(action)
    if check.answered_by_id == by.pk:
        raise NotAllowed("This is your own answer. Somebody else looks at it.")
    if check.answered_at is None:
        raise NotNow("Its manager has not said yet whether it lasted.")
    if not check.sampled or check.checked_at is not None:
        raise NotNow("It was looked at already, or is not in the sample.")


def record_look(action: Action, *, by: User, at: datetime, agrees: bool, seen: str) -> LastingCheck:
    """Say, for QA, whether the record shows what the manager answered, with what was seen.

    Refused: not for QA, or one's own answer (403); not answered, not in the sample or looked at already (409); no
    words (422).
    """
    with trail.acting(by=by, at=at) as act:
        action, check = _locked(action)
        check_look(action, by=by, on=day_of(at))
        check.agrees, check.seen = agrees, written(seen, "seen", "Say in a sentence what you saw on the record.")
        check.checked_at, check.checked_by = at, by
        check.save()
        content = {"agrees": agrees}
        act.add("action.lasting_checked", action, was=action.state, now=action.state, why=check.seen, content=content)
    return check


def asked_again(user: User, *, on: date) -> Q:
    """The verified actions about which something waits for the person on a day, of audits that stand: as manager, to
    say whether they lasted, from a month before that is due; for QA, to look at the answers in the sample."""
    manager = "audit__responsible_manager"
    works_here = works_here_q(on, f"{manager}__")
    mine = (Q(**{manager: user}) | Q(**{f"{manager}__in": access.covered_by(user)})) & works_here
    for held, grant in access.grants(user, Permission.VERIFY_ACTION):
        if grant.scope == Scope.TEAM and held.team_id:
            mine |= Q(audit__case__team=held.team_id) & ~works_here
    asked = mine & Q(lasting__answered_at=None, lasting__due_on__lte=add_months(on, 1))
    if checks_for_qa(user):
        sampled = Q(lasting__sampled=True, lasting__answered_at__isnull=False, lasting__checked_at=None)
        asked |= sampled & ~Q(lasting__answered_by=user)
    return asked & Q(state=Action.State.VERIFIED, lasting__isnull=False, audit__state__in=Audit.FINAL)


def _check_of(action: Action) -> LastingCheck:
    """The check of an action; refused (409) where there is none, or its audit does not stand."""
    check = LastingCheck.objects.select_related("answered_by", "checked_by").filter(action=action).first()
    if check is None or action.audit.state not in Audit.FINAL:
        raise NotNow("Only an action that was checked, of an audit that stands, is looked at again.")
    return check


def _locked(action: Action) -> tuple[Action, LastingCheck]:
    """The action, with its check locked until the transaction ends. Refused (409) where there is none."""
    check = LastingCheck.objects.select_for_update().filter(action=action).first()
    if check is None:
        raise NotNow("Only an action that was checked is looked at again.")
    return action, check


CHECKS: Mapping[str, Callable[..., None]] = {"lasted": check_answer, "lasting_look": check_look}
"""Each act of looking again, with what lets it happen."""


def allowed_again(action: Action, *, by: User, on: date) -> list[str]:
    """Which of these acts the person may do now: what the page offers; no query but for a verified action."""
    if action.state != Action.State.VERIFIED:
        return []
    return [act for act, check in CHECKS.items() if allows(check, action, by=by, on=on)]
