"""Two services side by side: everything there is in ours, and the same in theirs, for tests of who sees what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from audits.draw import draws, tickets
from audits.models import (
    ActionFile,
    Audit,
    Case,
    Disposal,
    FamilyAnswer,
    FamilyAsk,
    FamilyLetter,
    FamilyQuestion,
    Import,
    KeptMapping,
    Leave,
    Note,
    Panel,
    PanelMember,
    Review,
    SavedView,
    SetAside,
    Viewing,
)
from audits.panel import calibration, minutes
from escalation.concerns import concern
from escalation.models import Escalation, Pattern
from people import notices
from people.models import Absence, Membership, Notice, StoredFile, User
from people.roles import Role
from qualitycounts.retention.classes import RECORD_CLASSES
from qualitycounts.retention.classes import periods as periods_in_force
from reporting import periods
from reporting.feed import tokens
from reporting.learning import evidence, learning
from reporting.models import Edition, Report
from reporting.plan import items
from reporting.reports import counting, drafting, sealed
from reporting.themes import vocabulary
from standards.drafting import drafts
from standards.models import BankHoliday, Tool
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.factories import LONG_AGO, CaseFactory, Council, UserFactory, open_audit
from tests.notices import PlainText

PDF = b"%PDF-1.7"
NOTHING = dict.fromkeys(("rows", "not_used", "added", "changed", "closed", "unchanged", "refreshed"), 0)


@dataclass(frozen=True)
class Things:
    """What one service has."""

    case: Case
    audit: Audit
    open_audit: Audit
    escalation: Escalation
    concern: Escalation
    notice: Notice
    file: ActionFile
    away: Absence
    viewing: Viewing
    pattern: Pattern

    @property
    def children(self) -> set[str]:
        """The numbers of its cases."""
        return {self.case.person_id, self.open_audit.case.person_id}

    @property
    def follow_up(self) -> set[str]:
        """The references of its final audit and of what came of it."""
        return {self.audit.ref, self.escalation.ref, f"{self.audit.ref}-1"}

    @property
    def live(self) -> set[str]:
        """The references of its audit in a meeting and of the concern raised there."""
        return {self.open_audit.ref, self.concern.ref}

    @property
    def marks(self) -> set[str]:
        """All that gives it away wherever it is shown."""
        return self.children | self.follow_up | self.live


@dataclass(frozen=True)
class World:
    """A person in each role, and the two services. The people are all of ours."""

    people: dict[str, User]
    ours: Things
    theirs: Things
    council: Council
    values: dict[str, Any]

    @classmethod
    def make(cls, council: Council) -> World:
        """Everything, walked into being as far as a test may be slow."""
        extra = {
            role.value: UserFactory.create(name=f"Somebody {role.value}", roles=(role,))
            for role in (Role.PRINCIPAL_SOCIAL_WORKER, Role.PANEL_MEMBER, Role.ANALYST, Role.CONTRIBUTOR)
        }
        people = extra | {
            "qa_officer": council.qa_officer,
            "head_of_qa": council.head_of_qa,
            "auditor": council.auditor,
            "keyworker": council.keyworker,
            "team_manager": council.manager,
            "head_of_service": council.head_of_service,
            "assistant_director": council.assistant_director,
            "executive_director": council.executive_director,
            "report_reader": council.reader,
            "staff": council.staff,
            "administrator": council.administrator,
        }
        stranger = UserFactory.create(name="Odile Farquhar", roles=(Role.AUDITOR,))
        ours = things(council, council.keyworker, council.auditor, first=1)
        theirs = things(council, council.other_keyworker, stranger, first=11)
        CaseFactory.create(keyworker=council.other_keyworker, opened_on=LONG_AGO)
        drawn = draws.run(month=date(2026, 12, 1), size=1, by=council.qa_officer, at=NOW)
        skipped = SetAside.objects.create(
            duty="report", month=TODAY.replace(day=1), why="Flooded.", set_aside_at=NOW, set_aside_by=council.qa_officer
        )
        away = Leave.objects.create(user=council.auditor, starts_on=TODAY, ends_on=TODAY)
        seen = Import.objects.create(
            kind="cases",
            state="applied",
            file_name="cases.csv",
            file_hash="0",
            as_at=TODAY,
            read_at=NOW,
            counts=NOTHING,
        )
        given = Membership.objects.create(user=council.other_keyworker, role=Role.ANALYST, starts_on=TODAY)
        council_set = ours.audit.standard_set
        sit, beside = panels(council, people, ours.audit, theirs.audit)
        exercise = calibration.start_exercise(title="A girl of six", case="Invented.", by=council.qa_officer, at=NOW)
        values = {
            "panel": {"ours": sit, "theirs": beside},
            "exercise": exercise.ref,
            "draw": drawn.ref,
            "activity": drawn.activity_id,
            "drawn_audit": drawn.picks.get().audit.ref,
            "leave": away.pk,
            "set_aside": skipped.pk,
            "standard_set": council_set.pk,
            "standards_draft": drafts.begin_draft(copy_of=council_set, by=council.head_of_qa, at=NOW).pk,
            "tool": Tool.objects.create(slug="ours", title="Ours", questions=[], published_on=NOW.date()).pk,
            "saved_view": SavedView.objects.create(user=council.qa_officer, name="Late", query="show=late").pk,
            "import": seen.pk,
            "mapping": KeptMapping.objects.create(
                name="Ours", kind=Import.Kind.CASES, content={}, kept_at=NOW, kept_by=council.qa_officer
            ).pk,
            "given": given.pk,
            "holiday": BankHoliday.objects.create(
                on=date(2027, 3, 1), title="A day", added_at=NOW, added_by=council.qa_officer
            ).on,
            "issued": report(council, issued=True).ref,
            "draft": report(council, issued=False).ref,
            **learned(council, ours, theirs, people),
            **said(council, ours, theirs),
            "criterion": ours.audit.standard_set.standards.get(number=1).sections.get().criteria.all()[0].pk,
            "indicator": ours.audit.standard_set.indicators.all()[0].pk,
        }
        return cls(people, ours, theirs, council, values)


def things(council: Council, worker: User, auditor: User, *, first: int) -> Things:
    """A final Inadequate audit with its actions and escalation; one in its meeting, with a concern; a notice."""
    case = CaseFactory.create(keyworker=worker, category="CLA")
    final = finalised_audit(council, grade="inadequate", number=first, case=case, auditor=auditor)
    now = open_audit(
        council, number=first + 1, case=CaseFactory.create(keyworker=worker), auditor=auditor, at=NOW - timedelta(1)
    )
    manager = worker.line_manager
    assert manager is not None
    raised = concern.raise_concern(
        now, by=worker, at=NOW, why="He was alone.", spoken_to=manager, spoken=NOW - timedelta(hours=1)
    )
    notices.notify(to=[worker], text=PlainText(f"About {final.ref}"), key=f"told:{first}", at=NOW)
    return Things(
        case=case,
        audit=final,
        open_audit=now,
        escalation=final.escalations.get(),
        concern=raised,
        notice=Notice.objects.get(key=f"told:{first}"),
        file=action_file(final),
        pattern=Pattern.objects.create(
            ref=f"PAT-2610-{first}",
            team=final.team,
            quarter=date(2026, 10, 1),
            found=NOW,
            owner=council.head_of_qa,
            due_on=date(2026, 12, 1),
        ),
        viewing=Viewing.objects.create(
            kind="spot",
            case=case,
            why="A look.",
            read_on=date(2026, 11, 2),
            opened_at=NOW,
            opened_by=council.assistant_director if first == 1 else council.other_head_of_service,
            held_on=TODAY,
            learned="Visits are on time.",
            recorded_at=NOW,
            recorded_by=council.assistant_director,
        ),
        away=Absence.objects.create(
            person=manager,
            deputy=manager.line_manager,
            starts_on=date(2027, 6, 1),
            ends_on=date(2027, 6, 2),
            named_at=NOW,
            named_by=manager,
            agreed_at=NOW,
            agreed_by=manager.line_manager,
        ),
    )


def action_file(audit: Audit) -> ActionFile:
    """The row of a file of its first action; there are no bytes behind it."""
    manager = audit.responsible_manager
    assert manager is not None
    stored = StoredFile.objects.create(
        key=audit.ref,
        name="supervision.pdf",
        kind="pdf",
        size=1,
        sha256="0",
        scan="none",
        stored_at=NOW,
        stored_by=manager,
    )
    return ActionFile.objects.create(action=audit.actions.get(number=1), file=stored)


def panels(council: Council, people: dict[str, User], ours: Audit, theirs: Audit) -> tuple[Panel, Panel]:
    """The panel on which people of the world sit, and one on which nobody of it does. Each asks something of QA.

    Ours looks at an audit of the other service, which its Head of Service is not too near."""
    made = []
    for month, audit, members in (
        (10, theirs, [people["head_of_service"], people["principal_social_worker"], people["panel_member"]]),
        (9, ours, [UserFactory.create(roles=(Role.PANEL_MEMBER,))]),
    ):
        text = f"{audit.ref},inadequate"
        panel = Panel.objects.create(
            ref=f"PANEL-26{month:02}",
            month=date(2026, month, 1),
            meets_on=TODAY,
            chair=council.head_of_qa,
            seed="ab",
            percent=20,
            least=3,
            frame=text,
            frame_hash=tickets.frame_hash(text),
            sampled_at=NOW,
            sampled_by=council.qa_officer,
        )
        panel.members.bulk_create(PanelMember(panel=panel, user=user) for user in members)
        Review.objects.create(panel=panel, audit=audit, kind="inadequate", ticket=tickets.ticket("ab", audit.ref))
        officer, by = council.qa_officer, TODAY + timedelta(days=9)
        minutes.ask_qa_action(panel, what="Ask them.", owner=officer, due_on=by, by=officer, at=NOW)
        made.append(panel)
    return made[0], made[1]


def learned(council: Council, ours: Things, theirs: Things, people: dict[str, User]) -> dict[str, Any]:
    """What reports are made of and what comes of them: of ours, of theirs (QA's own), and of nobody's in particular."""
    officer, head = council.qa_officer, council.head_of_qa
    theme = vocabulary.coin(name="No measure", side="worried", standard=3, by=officer, at=NOW)
    values: dict[str, Any] = {"theme": theme.pk}
    for name, things, giver, owner in (
        ("ours", ours, people["contributor"], council.keyworker),
        ("theirs", theirs, officer, head),
    ):
        note = Note.objects.create(
            audit=things.audit, slug="s3-worried", text="Lists services.", saved_at=NOW, saved_by=officer
        )
        finding = evidence.Finding("lado", "2026-27Q3", None, "neither", "Thresholds", "Steady.", "")
        found = evidence.enter(finding=finding, by=giver, at=NOW)
        found.file = things.file.file
        found.save()
        item = items.Item("Hold plan clinics", "", 3, owner, date(2027, 1, 29), 1)
        values[f"note_{name}"], values[f"evidence_{name}"] = note.pk, found.pk
        values[f"item_{name}"] = items.take_up(item=item, by=officer, at=NOW).ref
    words = {"line": note.text, "words": "As it may be read.", "kind": "quote", "speaker": "child", "standard": 3}
    values["quotation"] = vocabulary.pick_quotation(note=note, **words, by=officer, at=NOW).pk
    key, _ = tokens.make_token(person=people["analyst"], purpose="Power BI", by=head, at=NOW)
    values["feed_token"] = key.pk
    on_list = {each.slug: {"free": 1, "held": 0, "keys": [ours.audit.pk]} for each in RECORD_CLASSES}
    values["disposal"] = Disposal.objects.create(on=TODAY, listed=NOW, due=on_list, periods=periods_in_force()).pk
    values["need"] = learning.raise_need(words="Direct work", standard=None, by=officer, at=NOW).pk
    short = report(council, issued=True, period="2026-27Q2")
    Edition.objects.create(report=Report.objects.get(period="2026-10"), kind="large", pdf=b"%PDF", sha256="0", made=NOW)
    return values | {"short": short.ref}


def said(council: Council, ours: Things, theirs: Things) -> dict[str, Any]:
    """What one family of each service answered, asked by the keyworker, with a letter back; and the question."""
    question = FamilyQuestion.objects.create(text="What has helped?", position=1)
    values: dict[str, Any] = {"family_question": question.pk}
    for name, things in (("ours", ours), ("theirs", theirs)):
        worker = things.audit.keyworker
        assert worker is not None
        ask = FamilyAsk.objects.create(
            audit=things.audit,
            number=1,
            speaker="parent",
            asker=worker,
            named_at=NOW,
            named_by=council.qa_officer,
            consent="yes",
            consent_at=NOW,
            consent_by=worker,
            way="telephone",
            answered=NOW,
            recorder=worker,
        )
        answer = FamilyAnswer.objects.create(ask=ask, question=question, words="She rings back.")
        FamilyLetter.objects.create(
            ask=ask, picked=[answer.pk], done="We ring.", written_at=NOW, written_by=council.qa_officer
        )
        values[f"answer_{name}"] = answer.pk
    return values


def report(council: Council, *, issued: bool, period: str = "2026-10") -> Report:
    """October's report, issued; or November's, still a draft."""
    about = periods.parse(period if issued else "2026-11")
    frozen: dict[str, Any] = {}
    if issued:
        frozen = {
            "figures": counting.compose(about, at=NOW).to_json(),
            "pdf": PDF,
            "sha256": sealed.digest(PDF),
            "issued_at": NOW,
            "issued_by": council.qa_officer,
            "as_at": TODAY,
        }
    return Report.objects.create(
        ref=f"REP-{about.code}-1",
        period=str(about),
        kind=drafting.KINDS[about.kind],
        state=Report.State.ISSUED if issued else Report.State.DRAFT,
        made_at=NOW,
        made_by=council.qa_officer,
        **frozen,
    )
