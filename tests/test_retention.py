"""Retention: when an audit is due, what is held, and that words go while every figure and the chain stay."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from audits.allocation import conflict
from audits.draw import exemption
from audits.follow_up import closing, replan
from audits.models import Action, Audit, Case, Conflict, Disposal, Exemption, Note, Opening, Proposal
from audits.overview import spot_views
from audits.record import retention_hold, withdrawal
from people import trail
from people.models import StoredFile, TrailEntry
from qualitycounts import retention
from reporting.models import Evidence
from reporting.themes import vocabulary
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit as built_audit
from tests.factories import EVERY_FACT, MET, CaseFactory, Council, allocated_audit, finalised_audit

SIX_ON = date(2032, 11, 23)
NOT_OF_AN_AUDIT = {
    "SetAside": "of a month, not of a child: why its draw, sample or report is not done",
    "Disposal": "by which schedule a list was signed",
    "Viewing": "of the case, and goes by its own day: `remove_viewings`",
    "Import": "of the extract: a file's problems, without what it said of a child",
    "Draw": "of the draw, which must come out again; its frame has numbers, no words",
    "Pattern": "of a team or a standard over a quarter",
    "Pick": "of the draw: why nobody could be placed; why it was replaced goes by its own day",
    "Activity": "of the programme",
    "Agreement": "of the programme",
    "Panel": "of the month: minutes in which no case stands, and a frame of references",
    "PanelAction": "of the QA Team's work",
    "PanelTerms": "the panel's terms of reference",
    "Exercise": "an invented case",
    "Evidence": "of a quarter, from elsewhere: totals and themes of a service",
    "Recommendation": "of a report",
    "PlanItem": "of the CQAWG plan",
    "PlanUpdate": "of the CQAWG plan",
    "Need": "of a report: what staff need to learn",
    "FeedToken": "of an analyst's tool",
    "Report": "issued reports never change; free text in them was picked and checked",
}
"""Models of the work with text that retention leaves, and why."""


def closed_audit(council: Council, number: int = 1) -> Audit:
    """Ended today: withdrawn before its meeting, by QA, with a reason."""
    audit = allocated_audit(council, number=number, case=CaseFactory.create(keyworker=council.keyworker))
    return withdrawal.withdraw_audit(audit, why="The case moved away.", by=council.qa_officer, at=NOW)


def outcome(on: date, **more: Any) -> tuple[int, int, int]:
    found = retention.apply(on=on, at=NOW, **more)
    return found.due, found.held, found.removed


def test_an_audit_is_due_six_years_after_it_ended_to_the_day(council: Council) -> None:
    closed_audit(council)
    assert outcome(date(2032, 11, 22)) == (0, 0, 0)
    assert outcome(SIX_ON, dry_run=True) == (1, 0, 0)
    assert outcome(SIX_ON) == (1, 0, 1)
    assert outcome(SIX_ON) == (0, 0, 0), "run again, it removes nothing more"


def test_what_is_kept_or_never_ended_is_held(council: Council) -> None:
    kept, going_on = closed_audit(council), finalised_audit(council, number=2, grade="inadequate")
    retention_hold.place_retention_hold(kept, why="A court case.", by=council.head_of_qa, at=NOW)
    assert outcome(SIX_ON) == (2, 2, 0)
    retention_hold.end_retention_hold(kept, by=council.head_of_qa, at=NOW)
    assert outcome(SIX_ON) == (2, 1, 1)
    going_on.refresh_from_db()
    assert going_on.words_removed_on is None
    assert Note.objects.filter(audit=going_on, text="Visits are on time.").exists()


def test_the_words_go_and_grades_dates_and_the_chain_stay(council: Council) -> None:
    audit = finalised_audit(council, standards={2: "requires_improvement"})
    other = finalised_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    for one in audit.actions.all():
        why = "Agreed with the family that it is not needed."
        replan.cancel_action(one, by=council.qa_officer, at=NOW, why=why, version=one.version)
    closing.record_supervision(audit, by=council.manager, at=NOW, on=TODAY, discussed="We talked about his school.")
    closing.confirm_on_file(audit, by=council.keyworker, at=NOW, on=TODAY)
    closing.close_audit(audit, by=council.qa_officer, at=NOW)
    before = [(one.number, one.grade) for one in audit.judgements.all()]
    entries, head = trail.verify().entries, trail.verify().head
    assert outcome(SIX_ON) == (2, 1, 1)

    audit.refresh_from_db()
    assert (audit.words_removed_on, audit.grade, audit.met_on) == (SIX_ON, "good", MET.date())
    assert [(one.number, one.grade) for one in audit.judgements.all()] == before
    assert set(Proposal.objects.filter(judgement__audit=audit).values_list("words", flat=True)) == {retention.REMOVED}
    assert set(Action.objects.filter(audit=audit).values_list("what", flat=True)) == {retention.REMOVED}
    about = TrailEntry.objects.filter(ref__startswith=audit.ref).exclude(act="audit.words_removed")
    assert about.count() > 50
    assert not about.exclude(content=None, why="").exists()
    assert TrailEntry.objects.filter(ref__startswith=other.ref).exclude(content=None).exists()
    verdict = trail.verify()
    assert (verdict.ok, verdict.entries) == (True, entries + 1)
    assert TrailEntry.objects.get(act="audit.words_removed").prev_hash == head


def test_what_says_that_words_are_gone_stays_whatever_goes_later(council: Council) -> None:
    audit = closed_audit(council)
    assert outcome(SIX_ON) == (1, 0, 1)
    Audit.objects.filter(pk=audit.pk).update(words_removed_on=None)
    assert outcome(SIX_ON.replace(year=2050)) == (1, 0, 1)
    with trail.acting(by=None, at=NOW) as act:
        act.add("audit.words_removed", audit, content={trail.EMPTIED: trail.empty(TrailEntry.objects.all())})
    assert TrailEntry.objects.filter(act="audit.words_removed", content=None).count() == 0
    assert trail.verify().ok


def test_the_words_of_a_viewing_go_by_its_own_day(council: Council) -> None:
    built_audit(council)
    made = spot_views.open_case(
        by=council.assistant_director, at=NOW, kind="spot", number="", why="A look at his file."
    )
    spot_views.record_viewing(made, by=council.assistant_director, at=NOW, held_on=TODAY, learned="He is heard.")
    outcome(SIX_ON - timedelta(days=1))
    made.refresh_from_db()
    assert made.learned == "He is heard."
    outcome(SIX_ON)
    made.refresh_from_db()
    assert (made.why, made.learned) == (retention.REMOVED, retention.REMOVED)
    assert not TrailEntry.objects.filter(kind="viewing", content__contains="heard").exists()
    assert trail.verify().ok


def test_what_hangs_on_no_one_audit_goes_by_its_own_day(council: Council) -> None:
    case = council.case
    exemption.exempt_case(case, reason="Her mother is in court.", ends_on=TODAY, by=council.head_of_qa, at=NOW)
    audit = allocated_audit(council, case=CaseFactory.create(keyworker=council.keyworker))
    conflict.declare_conflict(audit, reason="I taught this mother.", by=council.auditor, at=NOW)
    outcome(SIX_ON - timedelta(days=1))
    assert Exemption.objects.get().reason == "Her mother is in court."
    outcome(SIX_ON)
    assert (Exemption.objects.get().reason, Conflict.objects.get().reason) == (retention.REMOVED, retention.REMOVED)
    assert not TrailEntry.objects.filter(why__contains="court").exists()
    before = TrailEntry.objects.count()
    outcome(SIX_ON)
    assert TrailEntry.objects.count() == before, "run again, it removes nothing more"
    assert trail.verify().ok


def test_every_text_that_hangs_on_an_audit_is_removed_or_said_to_stay() -> None:
    """A new model with words in it must be named in one of the two tables."""
    lacking = []
    for model in apps.get_models():
        if model._meta.app_label not in ("audits", "escalation", "reporting"):
            continue
        texts = {field.name for field in model._meta.fields if isinstance(field, models.TextField)}
        named = set(retention.WORDS[model][1]) if model in retention.WORDS else set()
        named |= {*retention.BY_DAY[model][1]} if model in retention.BY_DAY else set()
        if texts - named and model.__name__ not in NOT_OF_AN_AUDIT:
            lacking.append(f"{model.__name__}: {sorted(texts - named)}")
    assert lacking == []


@pytest.mark.parametrize("dry", [True, False])
def test_the_command_says_what_it_did(council: Council, dry: bool) -> None:
    closed_audit(council)
    said = StringIO()
    call_command("retention", "--on", "2032-11-23", *(["--dry-run"] if dry else []), "--json", stdout=said)
    counted = json.loads(said.getvalue())
    assert counted["audits"] == ({"free": 1, "held": 0} if dry else 1)
    assert Disposal.objects.count() == (0 if dry else 1)
    assert not Audit.objects.exclude(words_removed_on=None).exists(), "nothing goes unsigned"


def test_what_extracts_said_of_a_case_goes_six_years_after_it_closed_and_not_before_its_audits(
    council: Council,
) -> None:
    ended = TODAY - timedelta(days=1)
    alone, audited, going_on = (
        CaseFactory.create(keyworker=council.keyworker, closed_on=on, **EVERY_FACT) for on in (TODAY, ended, None)
    )
    audit = withdrawal.withdraw_audit(
        allocated_audit(council, case=audited), why="The case moved away.", by=council.qa_officer, at=NOW
    )
    retention_hold.place_retention_hold(audit, why="A court case.", by=council.head_of_qa, at=NOW)

    def known() -> list[bool]:
        rows = Case.objects.in_bulk([alone.pk, audited.pk, going_on.pk])
        kept = [[getattr(rows[each.pk], name) for name in EVERY_FACT] for each in (alone, audited, going_on)]
        assert all(len({bool(value) for value in values}) == 1 for values in kept), "all of a case's, or none"
        return [bool(values[0]) for values in kept]

    retention.apply(on=SIX_ON - timedelta(days=1), at=NOW)
    assert known() == [True, True, True]
    retention.apply(on=SIX_ON, at=NOW)
    assert known() == [False, True, True], "an audit that is kept, and a case that is open, keep theirs"
    retention_hold.end_retention_hold(audit, by=council.head_of_qa, at=NOW)
    retention.apply(on=SIX_ON, at=NOW)
    assert known() == [False, False, True]
    entries = TrailEntry.objects.filter(act="case.facts_removed")
    assert [json.loads(entry.content or "")["rows"] for entry in entries] == [1, 1]
    assert trail.verify().ok


def test_a_closed_case_that_was_never_audited_loses_who_the_child_is(council: Council) -> None:
    said = {"age": 7, "gender": "F", "ethnicity": "WHITE", "disability": "yes", "worker_name": "Ann Other"}
    gone, stays = (CaseFactory.create(keyworker=council.keyworker, closed_on=on, **said) for on in (TODAY, None))
    with trail.acting(by=None, at=NOW) as act:
        for case in (gone, stays):
            act.add("case.changed", case, content={"age": ["6", "7"]})
    retention.apply(on=SIX_ON - timedelta(days=1), at=NOW)
    gone.refresh_from_db()
    assert gone.age == 7
    retention.apply(on=SIX_ON, at=NOW)
    rows = Case.objects.in_bulk([gone.pk, stays.pk])
    assert {name: getattr(rows[stays.pk], name) for name in said} == said
    left = [getattr(rows[gone.pk], name) for name in (*said, "worker_email", "worker_number")]
    assert left == [None, *[""] * 6]
    assert (rows[gone.pk].person_id, rows[gone.pk].closed_on) == (gone.person_id, TODAY)
    assert [entry.ref for entry in TrailEntry.objects.filter(act="case.changed").exclude(content=None)] == [stays.ref]
    before = TrailEntry.objects.count()
    retention.apply(on=SIX_ON, at=NOW)
    assert TrailEntry.objects.count() == before, "run again, it removes nothing more"
    assert trail.verify().ok


def test_quotations_go_with_their_audit_in_the_trail_too(council: Council) -> None:
    audit = closed_audit(council)
    note = Note.objects.create(
        audit=audit, slug="s3-worried", text="He likes it.", saved_at=NOW, saved_by=council.auditor
    )
    words = {"line": "He likes it.", "words": "“He likes it.”", "kind": "quote", "speaker": "child", "standard": 3}
    quotation = vocabulary.pick_quotation(note=note, **words, by=council.qa_officer, at=NOW)  # type: ignore[arg-type]
    assert TrailEntry.objects.filter(kind="quotation", content__contains="likes").exists()
    assert outcome(SIX_ON) == (1, 0, 1)
    quotation.refresh_from_db()
    assert (quotation.line, quotation.words) == (retention.REMOVED, retention.REMOVED)
    assert not TrailEntry.objects.filter(content__contains="likes").exists()
    assert trail.verify().ok


def test_files_of_evidence_go_by_their_own_day_and_the_entry_stays(council: Council) -> None:
    kept = StoredFile.objects.create(
        key="k",
        name="visit.pdf",
        kind="pdf",
        size=1,
        sha256="0",
        scan="none",
        stored_at=NOW,
        stored_by=council.qa_officer,
    )
    entry = Evidence.objects.create(
        source="lado",
        period="2026-27Q3",
        says="neither",
        title="Thresholds",
        words="Steady.",
        file=kept,
        entered_at=NOW,
        entered_by=council.qa_officer,
    )
    for on, name in ((SIX_ON - timedelta(days=1), "visit.pdf"), (SIX_ON, "Removed"), (SIX_ON, "Removed")):
        retention.apply(on=on, at=NOW)
        kept.refresh_from_db()
        assert kept.name == name
    assert Evidence.objects.get().words == entry.words
    assert TrailEntry.objects.filter(act="evidence.file_expired").count() == 1


def test_who_opened_what_goes_by_its_own_months_but_not_of_an_audit_that_is_kept(council: Council) -> None:
    kept, other = closed_audit(council), closed_audit(council, number=2)
    retention_hold.place_retention_hold(kept, why="A court case.", by=council.head_of_qa, at=NOW)

    def opened(page: str, **of: Any) -> None:
        common = {"at": NOW, "slot": NOW, "by": council.qa_officer, "roles": "qa_officer", "page": page}
        Opening.objects.create(**common, **of)

    opened("kept", kind="audit", ref=kept.ref, audit_ref=kept.ref)
    opened("its-case", kind="case", ref=str(kept.case_id), case_key=kept.case_id)
    opened("other", kind="audit", ref=other.ref, audit_ref=other.ref)
    opened("list", kind="list")
    retention.apply(on=date(2028, 11, 23), at=NOW)
    assert Opening.objects.count() == 4
    retention.apply(on=date(2028, 11, 24), at=NOW)
    assert sorted(Opening.objects.values_list("page", flat=True)) == ["its-case", "kept"]
    assert json.loads(TrailEntry.objects.get(act="opening.removed").content or "") == {"rows": 2}
