"""Every kind of notice: its template, its words in plain text without a child's data, and the page it opens."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from itertools import product
from typing import Any, get_args, get_type_hints

import pytest
from django.conf import settings
from django.template import Context, Engine, Template
from django.template.defaulttags import IfNode
from django.urls import NoReverseMatch, resolve

import audits.booking.notice_texts
import audits.family.notice_texts
import audits.notice_texts
import audits.openings.notice_texts
import audits.panel.notice_texts
import audits.programme.notice_texts
import escalation.notice_texts
import people.notice_texts
import qualitycounts.retention.notice_texts
import qualitycounts.subject_access.notice_texts
import reporting.notice_texts
import standards.notice_texts
from audits.models import (
    Action,
    Activity,
    Agreement,
    Audit,
    Case,
    Disposal,
    Draw,
    Exercise,
    FamilyAsk,
    Import,
    Judgement,
    Panel,
    PanelAction,
    RedrawRequest,
    Viewing,
)
from escalation.models import Escalation, Pattern, Step
from people import notices
from people.models import Absence, Notice, User
from people.notice_texts import KINDS, NoticeText
from reporting.models import FeedToken, PlanItem, Recommendation, Report
from standards.models import SetDraft
from tests.conftest import NOW
from tests.notices import PlainText
from tests.shape import PACKAGES, ROOT, modules

FOLDER = ROOT / "templates/notices"
CHILD = "9876543"
FRIDAY = date(2026, 12, 4)
LONGEST_SUBJECT = 120
TEXTS = (
    people.notice_texts,
    audits.notice_texts,
    audits.booking.notice_texts,
    audits.family.notice_texts,
    audits.openings.notice_texts,
    audits.panel.notice_texts,
    audits.programme.notice_texts,
    escalation.notice_texts,
    reporting.notice_texts,
    qualitycounts.retention.notice_texts,
    standards.notice_texts,
    qualitycounts.subject_access.notice_texts,
)
"""The modules whose kinds are looked at: importing one makes its kinds known."""
WORDS = "the <North> team's"
BY_NAME = {
    "ref": ["QC-2612-041-2"],
    "team": [WORDS, ""],
    "why": [WORDS, ""],
    "yours": [WORDS, ""],
    "theme": [WORDS, ""],
}
"""Samples of fields of text that are no text like any other: some may be empty, and their template asks about it."""
WITHOUT_A_LINK = {("deadline-missed", False), ("welcome", None), ("password-asked", None)}
"""Kinds that may have no link, with the value of `opens_actions` where they have none."""


class MissingFails(str):
    """What a template gets for a name that is not there: it says which, instead of leaving a hole."""

    def __contains__(self, part: object) -> bool:
        return True

    def __mod__(self, name: object) -> str:
        raise LookupError(f"{name} is not there")


@pytest.fixture(autouse=True)
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine.get_default(), "string_if_invalid", MissingFails("missing"))


def samples() -> dict[type, list[Any]]:
    """Some values of every type that a field may have: unusual ones, and both sides of what a template asks."""
    worker = User(pk=7, name="Aoife O'Brien & <Co>", email="a.o'brien@example.gov.uk")
    other = User(pk=8, name="Zoë Smith-Jones", email="zoe@example.gov.uk")
    case = Case(person_id=CHILD)
    first = Audit(pk=1, ref="QC-2612-041", case=case, auditor=worker, keyworker=other, grade="inadequate")
    first.month, first.meets, first.checked_on, first.place = date(2026, 12, 1), NOW, FRIDAY, "Room 2 (“Blue”)"
    second = Audit(pk=2, ref="QC-2701-002", case=case, auditor=other, keyworker=worker, grade="good", re_audit_of=first)
    second.month, second.meets, second.checked_on, second.place = date(2027, 1, 1), NOW, FRIDAY, "a call"
    second.prepared_at = NOW
    panel = Panel(pk=1, ref="PANEL-2612")
    concern = Escalation(ref="ESC-2612-041-S", audit=first, path="safeguarding")
    low = Escalation(ref="ESC-2612-041-I", audit=first, path="inadequate")
    step = {"owner": worker, "passed_to": other}
    pattern = {"ref": "PAT-2610-1", "standard": 3, "due_on": FRIDAY}
    flash = Activity(pk=1, title="A flash audit & more", month=date(2026, 12, 1))
    drawn = Draw(ref="DRAW-2612", activity=flash)
    answers = [{"why": WORDS, "answer": answer, "answer_why": WORDS} for answer in ("redrawn", "declined")]
    report = {"ref": "R-2026-27Q3-1", "issued_by": worker}
    return {
        User: [worker],
        Activity: [flash],
        Draw: [drawn],
        RedrawRequest: [RedrawRequest(draw=drawn, asked_by=worker, answered_by=other, **why) for why in answers],
        Audit: [first, second],
        Judgement: [Judgement(audit=first, number=0)],
        Action: [Action(audit=first, number=2, owner=worker, due_on=FRIDAY, done_by=other)],
        Agreement: [Agreement(year=2026, words=""), Agreement(year=2026, words="Good.")],
        Viewing: [Viewing(pk=4, kind="spot", case=case)],
        Disposal: [Disposal(pk=3)],
        Panel: [panel],
        PanelAction: [PanelAction(panel=panel, due_on=FRIDAY)],
        FamilyAsk: [FamilyAsk(audit=first, number=1, speaker=speaker) for speaker in FamilyAsk.Speaker.values],
        Exercise: [Exercise(ref="CAL-1", title="A girl of six")],
        Escalation: [concern, low],
        Step: [Step(escalation=low, slug="make_safe", due_on=due_on, **step) for due_on in (FRIDAY, None)],
        Pattern: [Pattern(**pattern, owner=owner, decision="flash", activity=flash) for owner in (worker, None)],
        Report: [Report(period="2026-27Q3", kind="quarterly", **report)],
        PlanItem: [PlanItem(number=1, due_on=FRIDAY)],
        SetDraft: [SetDraft(pk=5, spec={"title": "Our standards & more"}, is_tool=tool) for tool in (False, True)],
        FeedToken: [FeedToken(purpose=WORDS, made_by=worker, expires_on=FRIDAY)],
        Recommendation: [Recommendation(report=Report(period="2026-27Q3", kind="quarterly"), number=1, words=WORDS)],
        Absence: [Absence(person=worker, deputy=other, starts_on=FRIDAY, ends_on=date(2027, 1, 8), named_by=other)],
        str: [WORDS],
        int: [1, 2],
        bool: [True, False],
        date: [FRIDAY],
        Import: [Import(pk=3, file_name="cases (2).csv")],
        types.NoneType: [None],
    }


def texts_of(kind: type[NoticeText]) -> Iterator[NoticeText]:
    """The kind with every mixture of the samples of its fields."""
    hints, values = get_type_hints(kind), samples()
    choices = [
        BY_NAME.get(field.name)
        or [value for part in get_args(hints[field.name]) or (hints[field.name],) for value in values[part]]
        for field in fields(kind)  # type: ignore[arg-type]
    ]
    for mixture in product(*choices):
        yield kind(*mixture)


def conditions_in(template: Template) -> Iterator[Any]:
    """What the template's ifs ask: a name that is not there counts as no, in silence, so it is looked up by itself."""
    for node in template.nodelist.get_nodes_by_type(IfNode):
        waiting = [condition for condition, _ in node.conditions_nodelists if condition is not None]
        while waiting:
            condition = waiting.pop()
            if getattr(condition, "value", None) is not None:
                yield condition.value
            waiting += [getattr(condition, side) for side in ("first", "second") if getattr(condition, side, None)]


def look_up_conditions(text: NoticeText) -> None:
    """Fail where an if of its template asks for what is not there."""
    template = Engine.get_default().get_template(f"notices/{text.name}.txt")
    context = Context(vars(text))
    with context.bind_template(template):
        for condition in conditions_in(template):
            condition.resolve(context)


def test_every_template_belongs_to_a_kind_and_every_kind_has_one() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(KINDS)
    assert {kind.__module__ for kind in KINDS.values()} == {module.__name__ for module in TEXTS}


def test_every_kind_is_sent_by_a_rule() -> None:
    rules = "\n".join(path.read_text() for path in modules(*PACKAGES) if path.name != "notice_texts.py")
    assert [kind.__name__ for kind in KINDS.values() if not re.search(rf"\b{kind.__name__}\(", rules)] == []


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.iterdir()))
def test_its_template_names_no_child_and_writes_no_date_by_hand(name: str) -> None:
    source = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    subject, empty, *body = source.splitlines()
    assert subject.startswith("Subject: ")
    assert empty == ""
    assert body
    assert [line for line in body if len(line) > 120] == []
    assert not re.search(r"{{ [^}]*(\.case\b|person_id|evidence|learned|words)", source)
    assert not re.search(r"{{ [\w.]*(_on|_at|month|meets|until|\bday) }}", source)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_it_is_plain_text_with_a_short_subject_and_a_page_to_go_to(kind: type[NoticeText]) -> None:
    for text in texts_of(kind):
        look_up_conditions(text)
        subject, body = text.words()
        assert 0 < len(subject) <= LONGEST_SUBJECT
        for words in (subject, body):
            assert words == words.strip()
            assert not re.search(r"  |\n|&#|&amp;|&lt;|&quot;|\bNone\b|[{}]", words), words
            assert CHILD not in words
        assert type(body) is str
        check_link(text, body)


def check_link(text: NoticeText, body: str) -> None:
    """Its link leads to the page of its route; the mail ends with where to go on, or the notice is one of the few."""
    path = text.link()
    if not path:
        assert (text.name, vars(text).get("opens_actions")) in WITHOUT_A_LINK
        return
    routes = [text.route] if hasattr(text, "route") else ["action", "escalation"]
    assert resolve(path.partition("?")[0]).url_name in routes
    [notice] = notices.notices_to([User(pk=9, name="Sam Poole", last_login=NOW)], text=text, key="a", at=NOW)
    assert (notice.body, notice.link) == (body, path)
    ends = f"{body}\n\nOpen it: {settings.SITE_ADDRESS}{path}\n\nQuality Counts, {settings.COUNCIL_NAME}\n"
    assert notices.message(notice).body == f"Hello Sam,\n\n{ends}"


@pytest.mark.django_db
def test_words_that_go_round_an_if_are_whole_on_both_sides() -> None:
    sooner, later = samples()[Audit]
    text = audits.notice_texts.CaseToBeAudited
    assert text(sooner).words()[1].startswith("Chance chose one of your cases for a live audit in December 2026: QC-")
    assert text(later).words()[1].startswith("The case of audit QC-2612-041 comes back for a live audit in January")
    worker = samples()[User][0]
    sooner.meets = None
    paused = audits.notice_texts.MeetingPaused
    assert "QC-2612-041 for now. All that" in paused(sooner, worker).words()[1]
    assert "QC-2701-002 until Monday 23 November. All that" in paused(later, worker).words()[1]


def test_a_subject_longer_than_its_column_is_cut() -> None:
    [notice] = notices.notices_to([User(pk=9)], text=PlainText("a" * 201), key="a", at=NOW)
    assert notice.subject == "a" * 200 == "a" * Notice._meta.get_field("subject").max_length


def test_what_is_not_there_is_noticed() -> None:
    class Nameless(NoticeText, abstract=True):
        name = "audit-closed"
        route = "audit"

    class Unasked(NoticeText, abstract=True):
        by: User
        year: str
        name = "programme-agreed"

    with pytest.raises(LookupError, match=r"audit\.ref is not there"):
        Nameless().words()
    with pytest.raises(NoReverseMatch):
        Nameless().link()
    with pytest.raises(LookupError, match=r"agreement\.words is not there"):
        look_up_conditions(Unasked(samples()[User][0], "April 2026 to March 2027"))
