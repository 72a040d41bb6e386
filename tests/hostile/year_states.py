"""Forms of the year, the register, the reports and the people that stand on a page only once something else has
happened: each state as people bring it about, then undone."""

from __future__ import annotations

from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from audits.draw import draws
from audits.models import Activity, Audit, Case, Import, KeptMapping
from audits.programme import planning
from audits.programme.tool_sheets import Respondent
from audits.register import extracts
from people import absence
from people.models import Membership, Notice, User
from reporting.models import Report
from tests.audits.plan.plans import planned, themed
from tests.audits.programme import test_tools as programme_tools
from tests.audits.register.extracts import as_csv, line
from tests.conftest import NOW, TODAY
from tests.factories import (
    LONG_AGO,
    CaseFactory,
    allocated_audit,
)
from tests.hostile.walker import Walker, in_state
from tests.world import World

WHY = "The plan is a week old, and she has moved."


@in_state
def a_set_is_published(walk: Walker, world: World) -> None:
    walk.press("head_of_qa", "standards-tools", "/standards/tools/", title="Neglect")
    walk.press("head_of_qa", "standards-send")
    walk.see("assistant_director")
    walk.press("assistant_director", "standards-publish")
    walk.see("head_of_qa")


@in_state
def an_absence_is_named(walk: Walker, world: World) -> None:
    council = world.council
    absence.name_deputy(
        person=council.manager,
        deputy=council.head_of_service,
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=3),
        by=council.manager,
        at=NOW,
    )
    walk.see("head_of_service", "/away/")


@in_state
def a_draw_is_made(walk: Walker, world: World) -> None:
    draw = f"/draws/{world.values['draw']}/"
    CaseFactory.create_batch(3, keyworker=world.council.keyworker, opened_on=LONG_AGO)
    activity = themed(world.council)
    walk.see("head_of_qa", f"/draws/?activity={activity.pk}&size=1")
    walk.press("head_of_qa", "draw-send-undo", draw)
    walk.see("head_of_qa", draw)
    walk.see("head_of_qa", f"{draw}leave/")
    walk.press("qa_officer", "draw-ask-again", f"{draw}ask-again/")
    walk.see("head_of_qa", f"{draw}decline-again/")


@in_state
def titles_are_new(walk: Walker, world: World) -> None:
    User.objects.filter(pk=world.council.staff.pk).update(job_title="Practice Manager")
    walk.see("administrator", "/settings/titles/")
    walk.see("administrator", "/settings/titles/change/?title=Practice+Manager")


@in_state
def the_board_is_filtered(walk: Walker, world: World) -> None:
    walk.press(
        "qa_officer",
        "month-view-keep",
        "/month/?show=late&team=1&kind=story&grade=inadequate&state=booked&month=2026-11",
    )
    walk.see("qa_officer")
    walk.press("head_of_qa", "month-remind", "/month/?month=2026-11")
    walk.see("head_of_qa")


@in_state
def mail_is_not_delivered(walk: Walker, world: World) -> None:
    Notice.objects.update(mail=Notice.Mail.DEAD)
    walk.see("administrator", "/notices/undelivered/")


@in_state
def a_theme_is_looked_at(walk: Walker, world: World) -> None:
    CaseFactory.create_batch(2, keyworker=world.council.other_keyworker, opened_on=LONG_AGO)
    tool = programme_tools.published_tool(world.council)
    activity = themed(world.council, tool=tool)
    page = f"/programme/{activity.pk}/"
    for act in ("", "drop/"):
        walk.see("head_of_qa", page + act)
    Activity.objects.filter(pk=activity.pk).update(month=date(2026, 10, 1))
    walk.see("head_of_qa", page)
    Activity.objects.filter(pk=activity.pk).update(month=date(2026, 12, 1))
    draws.run_for(activity, size=1, by=world.council.qa_officer, at=NOW)
    Audit.objects.filter(pick__draw__activity=activity).update(auditor=world.council.auditor)
    audit = Audit.objects.get(pick__draw__activity=activity)
    respondent = Respondent(planning.activity_or_404(activity.pk), audit=audit)
    answers = f"{page}answers/{audit.ref}/own/"
    walk.see("auditor", answers)
    programme_tools.answered(respondent)
    walk.see("head_of_qa", f"{page}conclusion/")
    walk.see("auditor", answers)


@in_state
def a_case_is_left_out(walk: Walker, world: World) -> None:
    hold = f"/register/cases/{world.ours.case.pk}/hold/"
    walk.press("head_of_qa", "register-case-hold", hold)
    walk.see("head_of_qa", hold)
    walk.see("head_of_qa", f"/register/cases/{world.council.case.pk}/exempt/")


@in_state
def a_report_is_checked(walk: Walker, world: World) -> None:
    draft, issued = (Report.objects.get(ref=world.values[name]) for name in ("draft", "issued"))
    page = f"/reports/{draft.ref}/"
    walk.press("head_of_qa", "report-recommendations", f"{page}recommendations/")
    walk.see("head_of_qa")
    Report.objects.filter(pk=draft.pk).update(state="generating", made_at=NOW - timedelta(days=1))
    walk.see("head_of_qa", page)
    made = {name: getattr(issued, name) for name in ("as_at", "figures", "pdf", "sha256")}
    Report.objects.filter(pk=draft.pk).update(
        state="generated", made_at=NOW, kind="quarterly", made_by=world.council.head_of_qa, **made
    )
    walk.press("qa_officer", "report-check", page)
    walk.see("head_of_qa", page)


@in_state
def a_pattern_asks_for_a_theme(walk: Walker, world: World) -> None:
    walk.press("head_of_qa", "pattern", f"/patterns/{world.ours.pattern.ref}/", decision="themed")
    walk.see("head_of_qa", f"/patterns/{world.ours.pattern.ref}/programme/")


@in_state
def managers_are_asked(walk: Walker, world: World) -> None:
    walk.press("head_of_qa", "programme-ask", "/programme/")
    walk.see("team_manager", "/programme/")


@in_state
def a_step_is_done_again(walk: Walker, world: World) -> None:
    walk.press("administrator", "start-aside", "/start/mail/aside/")
    walk.see("administrator", "/start/")


@in_state
def a_role_waits_for_another(walk: Walker, world: World) -> None:
    person = world.council.staff.pk
    walk.press("administrator", "person-role", f"/people/{person}/roles/", role="administrator")
    held = Membership.objects.latest("pk").pk
    walk.see("second_administrator", f"/people/{person}/roles/{held}/agree/")


def hand_over(walk: Walker, kind: str, data: bytes) -> None:
    """Hand over a list of today."""
    day = {"as_at_0": f"{TODAY.day}", "as_at_1": f"{TODAY.month}", "as_at_2": f"{TODAY.year}"}
    walk.press("head_of_qa", "register-import", "/register/import/", kind=kind, file=("list.csv", data), **day)


@in_state
def a_list_is_handed_over(walk: Walker, world: World) -> None:
    known = Case.objects.filter(closed_on=None).order_by("pk")[0]
    KeptMapping.objects.all().delete()
    CaseFactory.create_batch(9, keyworker=world.council.keyworker, source="file")
    Case.objects.filter(pk=known.pk).update(person_id="AB9", source="file")
    rows = as_csv(line("ab9"), line("77", Allocated_Worker="NOBODY, Known", Worker_Email=""))
    hand_over(walk, "cases", rows)
    walk.see("head_of_qa")


@in_state
def an_observation_is_planned(walk: Walker, world: World) -> None:
    seen = planned(world.council, kind="observation", title="Of meetings", planned=2)
    walk.see("head_of_qa", f"/programme/{seen.pk}/finding/")
    joint = themed(world.council, kind="multi_agency", title="Together", agencies=["School"])
    walk.see("head_of_qa", f"/programme/{joint.pk}/contributors/")


@in_state
def names_and_columns_are_asked(walk: Walker, world: World) -> None:
    KeptMapping.objects.all().delete()
    rows = [
        "Surname,Forename,Mail,Position Title,Department,Org Unit,Reports To",
        "Lee,Ann,ann@example.gov.uk,Team Manager,Help,Hub,",
        'Wren,Cy,cy@example.gov.uk,Social Worker,Help,Hub,"LEE, A"',
    ]
    hand_over(walk, "staff", "\n".join(rows).encode())
    walk.press("head_of_qa", "register-import-columns", as_it_is=True, then="go")
    walk.see("head_of_qa", f"/register/import/{Import.objects.latest('pk').pk}/names/")


@in_state
def an_auditor_is_missing(walk: Walker, world: World) -> None:
    council = world.council
    audit = allocated_audit(council, number=62, case=CaseFactory.create(keyworker=council.other_keyworker))
    Audit.objects.filter(pk=audit.pk).update(auditor=None)
    walk.see("head_of_qa", "/draws/")
    Audit.objects.filter(pk=audit.pk).update(auditor=council.other_auditor, taken_from=council.auditor)
    walk.see("head_of_qa", f"/audits/{audit.ref}/give/")


@in_state
def a_worker_is_drawn_often(walk: Walker, world: World) -> None:
    CaseFactory.create_batch(6, keyworker=world.council.keyworker, opened_on=LONG_AGO)
    made = draws.run_for(themed(world.council, planned=6), size=6, by=world.council.qa_officer, at=NOW, send=False)
    walk.see("head_of_qa", f"/draws/{made.ref}/")


@in_state
def someone_has_second_factors(walk: Walker, world: World) -> None:
    person = world.people["staff"]
    for page in ("second-factor/app/", "second-factor/passkeys/add/"):
        walk.see("staff", f"/accounts/{page}")
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    for page in ("confirm/", "session/", "confirm/code/", "second-factor/app/remove/", "second-factor/codes/new/"):
        walk.see("staff", f"/accounts/{page}")
    key = Authenticator.objects.create(user=person, type="webauthn", data={"name": "A key", "credential": {}})
    walk.see("staff", f"/accounts/second-factor/passkeys/{key.pk}/remove/")


@in_state
def a_list_is_taken_back(walk: Walker, world: World) -> None:
    KeptMapping.objects.all().delete()
    looked_at = extracts.import_file(
        kind="cases",
        data=as_csv(line("88")),
        name="c.csv",
        as_at=TODAY,
        by=world.council.head_of_qa,
        at=NOW,
        closing=6,
        why=WHY,
    )
    walk.see("head_of_qa", f"/register/import/{looked_at.pk}/take-back/")


@in_state
def a_password_is_forgotten(walk: Walker, world: World) -> None:
    walk.see("nobody", "/accounts/login/")
    walk.see("nobody", "/accounts/password/reset/")
    walk.see("staff", "/accounts/password/change/")
