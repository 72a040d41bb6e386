"""Who asks a family before the meeting, and whether the family agrees (strategy 6.2.2; App. 2, audit meeting).

The auditor or the QA Team names who asks: the work that the family speaks of is the keyworker's, so whom they may speak
to is not the keyworker's choice alone. Nobody asks who manages the keyworker or the team.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max, Prefetch, Q, QuerySet
from django.http import Http404

from audits.access import SHOWN, followed_audits, one_or_404
from audits.allocation.independence import managers_above
from audits.family.notice_texts import FamilyToAsk
from audits.family.questions import questions_saved
from audits.locking import lock_audit
from audits.models import Audit, FamilyAnswer, FamilyAsk, FamilyLetter
from people import access, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, allows

ASKERS = (Role.AUDITOR, Role.QA_OFFICER, Role.HEAD_OF_QA, Role.CONTRIBUTOR)
"""Who may be named beside the keyworker: reviewing officers are auditors, the participation officer a contributor."""
OVER_TEAMS = (Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE)
MOST_ASKED = 6
"""People of one family, for one audit."""


def family_audits(user: User) -> QuerySet[Audit]:
    """The audits of which a person may read what the family said: every one for QA, else those one sits in. No manager
    reads it, of this service or another."""
    if access.sees_all(user, Permission.SEE_AUDIT):
        return Audit.objects.all()
    return followed_audits(user)


def family_audit_or_404(user: User, ref: str) -> Audit:
    """The audit, for its chairs and QA."""
    return one_or_404(family_audits(user), ref, SHOWN)


def visible_asks(user: User) -> QuerySet[FamilyAsk]:
    """The askings one may open: those of `family_audits`, and those one is named to do. Each with its answers."""
    answers = Prefetch("answers", FamilyAnswer.objects.select_related("question"))
    mine = Q(audit__in=family_audits(user)) | Q(asker=user, audit__in=Audit.objects.told())
    asks = FamilyAsk.objects.filter(mine).select_related("audit__case", "asker", "recorder", "named_by", "consent_by")
    return asks.prefetch_related(answers).order_by("-audit__month", "audit__number", "number")


def ask_or_404(user: User, ref: str, number: int) -> FamilyAsk:
    """One asking, if the person may open it; else 404."""
    ask = visible_asks(user).filter(audit__ref=ref, number=number).first()
    if ask is None:
        raise Http404
    return ask


def asks_to_do(user: User) -> QuerySet[FamilyAsk]:
    """What this person still has to ask, or to write down, the oldest first; all of it for QA."""
    asks = visible_asks(user).filter(audit__state__in=Audit.UNFINISHED, pk__in=FamilyAsk.objects.going_on())
    return asks if access.sees_all(user, Permission.SEE_AUDIT) else asks.filter(asker=user)


def own_asks(user: User) -> QuerySet[FamilyAsk]:
    """What this person is named to ask, and has not: one query."""
    asks = FamilyAsk.objects.going_on().filter(asker=user, audit__state__in=Audit.UNFINISHED)
    return asks.filter(audit__in=Audit.objects.told()).select_related("audit__case")


def check_name_asker(audit: Audit, *, by: User) -> None:
    """Refuse whoever is neither the auditor nor of the QA Team (403), and an audit that is final or ended (409)."""
    if audit.auditor_id != by.pk and not access.may(by, Permission.RUN_SELECTION):
        raise NotAllowed("The auditor or the QA Team names who asks the family. Ask one of them.")
    if audit.state not in Audit.UNFINISHED:
        raise NotNow(f"This audit is {audit.get_state_display().lower()}, so nobody is asked for it any more.")


def can_name_asker(audit: Audit, *, by: User) -> bool:
    """Whether the person may name who asks."""
    return allows(check_name_asker, audit, by=by)


def askers_offered(audit: Audit, *, on: date) -> QuerySet[User]:
    """Who may be named: the keyworker, and auditors, the QA Team and contributors who do not manage the work."""
    managers = dict(User.objects.exclude(line_manager=None).order_by().values_list("pk", "line_manager"))
    over = managers_above(audit.keyworker_id, managers)
    if audit.case.team is not None:
        over |= set(holders(*OVER_TEAMS, on=on, team=audit.case.team).values_list("pk", flat=True))
    asks = Q(pk__in=holders(*ASKERS, on=on).order_by().values("pk")) | Q(pk=audit.keyworker_id)
    return User.objects.filter(asks, is_active=True).exclude(pk__in=over).order_by("name", "pk")


def name_asker(audit: Audit, *, speaker: str, asker: User, by: User, at: datetime) -> FamilyAsk:
    """Name who asks one person of the family; where nobody has answered yet, they take over from whoever was named
    before. They are told.

    Refused: not the auditor or QA (403), an audit that is final or ended, or too many people (409), nobody who may ask,
    or no such person of a family (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        check_name_asker(audit, by=by)
        if speaker not in FamilyAsk.Speaker.values:
            raise Refused("Say who is to be asked.", "speaker")
        if not askers_offered(audit, on=day_of(at)).filter(pk=asker.pk).exists():
            raise Refused("Choose somebody from the list: nobody asks who manages this work.", "asker")
        ask = audit.family_asks.going_on().filter(speaker=speaker).first()
        if ask is None:
            last = audit.family_asks.aggregate(last=Max("number"))["last"] or 0
            if last >= MOST_ASKED:
                raise NotNow(f"{MOST_ASKED} people were named to be asked for this audit already.")
            ask = FamilyAsk(audit=audit, number=last + 1, speaker=speaker)
        ask.asker, ask.named_at, ask.named_by = asker, at, by
        ask.save()
        act.add("family.asker_named", ask, content={"asker": asker.email, "speaker": speaker})
        if asker != by:
            notices.notify(to=[asker], text=FamilyToAsk(audit, ask), key=f"{ask.ref}:{at.isoformat()}", at=at)
    return ask


def lock_ask(ask: FamilyAsk) -> FamilyAsk:
    """Lock the row and read it afresh, with its audit."""
    return FamilyAsk.objects.select_for_update(of=("self",)).select_related("audit", "asker").get(pk=ask.pk)


def check_asker(ask: FamilyAsk, *, by: User) -> None:
    """Refuse (`NotAllowed`, 403) whoever was not named to ask."""
    if ask.asker_id != by.pk:
        raise NotAllowed(f"{ask.asker.name} was named to ask. The auditor or the QA Team can name somebody else.")


def check_open(audit: Audit) -> None:
    """Refuse (`NotNow`, 409) where the audit was stopped, or its words were removed."""
    if audit.state in Audit.WITHDRAWN_OR_VOIDED or audit.words_removed_on is not None:
        raise NotNow("This audit has ended, so nothing more is written down for it.")


def check_say_consent(ask: FamilyAsk, *, by: User) -> None:
    """Refuse whoever was not named (403), an ended audit, and what was said already (409)."""
    check_asker(ask, by=by)
    check_open(ask.audit)
    if ask.consent:
        raise NotNow("It is written down already whether they agreed.")


def say_consent(ask: FamilyAsk, *, consent: str, by: User, at: datetime) -> FamilyAsk:
    """Write down whether the person agreed to be asked; with a yes the questions in force become theirs.

    Refused as `check_say_consent`, and (422) neither yes nor no.
    """
    with trail.acting(by=by, at=at) as act:
        ask = lock_ask(ask)
        check_say_consent(ask, by=by)
        if consent not in FamilyAsk.Consent.values:
            raise Refused("Say whether they agreed.", "consent")
        ask.consent, ask.consent_at, ask.consent_by = consent, at, by
        ask.save()
        if consent == FamilyAsk.Consent.YES:
            FamilyAnswer.objects.bulk_create(FamilyAnswer(ask=ask, question=each) for each in questions_saved())
        act.add("family.consent", ask, now=consent)
    return ask


def check_consent_taken_back(ask: FamilyAsk, *, by: User) -> None:
    """Refuse whoever neither asked, nor leads the audit, nor is QA (403), and where there is no consent to take back
    (409)."""
    if by.pk not in (ask.asker_id, ask.audit.auditor_id) and not access.may(by, Permission.RUN_SELECTION):
        raise NotAllowed("Whoever asked, the auditor or the QA Team can write this down. Ask one of them.")
    if ask.consent != FamilyAsk.Consent.YES:
        raise NotNow("There is nothing that they agreed to.")


def take_back_consent(ask: FamilyAsk, *, by: User, at: datetime) -> FamilyAsk:
    """The person takes their consent back: their answers, the letter, any link and what was picked from the answers to
    be quoted go. Refused as `check_consent_taken_back`."""
    with trail.acting(by=by, at=at) as act:
        ask = lock_ask(ask)
        check_consent_taken_back(ask, by=by)
        ask.answers.all().delete()
        FamilyLetter.objects.filter(ask=ask).delete()
        was, ask.consent, ask.consent_at, ask.consent_by = ask.consent, FamilyAsk.Consent.NO, at, by
        ask.answered, ask.recorder, ask.way, ask.digest = None, None, "", ""
        ask.save()
        act.add("family.consent_taken_back", ask, was=was, now=ask.consent)
    return ask
