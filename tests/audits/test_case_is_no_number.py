"""The case was grade 8 of an audit: its rows are migrated there and back, and what was signed stays signed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from audits.models import (
    CASE_NUMBER,
    Audit,
    BallotGrade,
    Exercise,
    ExerciseGrade,
    Judgement,
    Note,
    PlanDraft,
    ReplacedWords,
    Review,
)
from audits.record.signed_content import content_hash_of
from people import trail
from reporting.models import PlanItem, Quotation
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in, text
from tests.audits.panel.panels import SITTING, Sitters, drawn, give, review_of
from tests.conftest import NOW
from tests.factories import MET, CaseFactory, Council, auditor_of, finalised_audit, open_audit
from tests.standards.invented import load_invented

BEFORE = [("audits", "0023_family_voice"), ("reporting", "0009_quotation_of_an_answer")]


def migrated(targets: list[tuple[str, str]]) -> Apps:
    """The tables as they are at these migrations."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    executor.loader.build_graph()
    return executor.loader.project_state(targets).apps


def leaves() -> list[tuple[str, str]]:
    """The newest migration of every app."""
    return list(MigrationExecutor(connection).loader.graph.leaf_nodes())


ROWS: dict[type[Any], tuple[str, ...]] = {
    Judgement: ("pk", "number", "grade", "state"),
    BallotGrade: ("pk", "number", "grade"),
    ExerciseGrade: ("pk", "number", "grade"),
    Note: ("pk", "slug", "text"),
    ReplacedWords: ("pk", "field", "text"),
    PlanDraft: ("pk", "numbers"),
    Review: ("pk", "draft"),
    PlanItem: ("pk", "standard"),
    Quotation: ("pk", "standard"),
}


def rows(apps: Apps | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """What every table says that has the case in it."""
    models = {model: apps.get_model(model._meta.label) if apps else model for model in ROWS}
    return {
        model.__name__: sorted(models[model].objects.values_list(*fields), key=lambda row: row[0])
        for model, fields in ROWS.items()
    }


def written_everywhere(council: Council) -> Audit:
    """A signed audit and one in its meeting, with the case named in every table that may name it."""
    grades = {2: Grade.REQUIRES_IMPROVEMENT, CASE_NUMBER: Grade.REQUIRES_IMPROVEMENT}
    audit = finalised_audit(council, standards={number: str(grade) for number, grade in grades.items()})
    by = auditor_of(audit)
    drawn(council, sitters := Sitters.make(council))
    give(review_of(audit), sitters.psw, Grade.GOOD, at=SITTING)
    Review.objects.update(
        draft={"grade-case": ["good"], "grade-2": ["good"], "action-0-numbers": ["2", "case"], "action-0-what": ["8"]}
    )
    going_on = open_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    PlanDraft.objects.create(audit=going_on, numbers=[3, CASE_NUMBER], written_by=by, written_at=MET, version=0)
    ReplacedWords.objects.create(audit=going_on, field="case-needs", text="More.", written_by=by, stood_until=MET)
    exercise = Exercise.objects.create(ref="CAL-1", title="A boy", case="Words.", opened_at=MET, opened_by=by)
    for number in (1, CASE_NUMBER):
        ExerciseGrade.objects.create(exercise=exercise, user=by, number=number, grade="good", saved_at=MET, saved_by=by)
    for number, standard in enumerate((8 - 1, CASE_NUMBER, None), 1):
        PlanItem.objects.create(
            number=number, what="See them", standard=standard, owner=by, due_on=MET.date(), first_due_on=MET.date(),
            priority=1, opened_at=MET, opened_by=by,
        )  # fmt: skip
    for slug, standard in (("case-works-well", None), ("s3-works-well", 3)):
        note = Note.objects.get(audit=audit, slug=slug)
        said = {"kind": "quote", "speaker": "audit", "line": "L", "words": "W"}
        Quotation.objects.create(note=note, standard=standard, offered_at=MET, offered_by=by, **said)
    return audit


def signed_before(apps: Apps, key: int) -> dict[str, Any]:
    """What was signed until the case became its own thing, read from the tables of that time."""
    audit = apps.get_model("audits", "Audit").objects.get(pk=key)
    grades = []
    for judgement in audit.judgements.order_by("number"):
        proposals = list(judgement.proposals.order_by("round", "chair"))
        chairs = Counter(proposal.round for proposal in proposals)
        one = {
            "number": judgement.number,
            "applies": judgement.applies,
            "applies_why": judgement.applies_why,
            "grade": judgement.grade,
            "how": judgement.state,
            "clash_why": judgement.clash_why,
            "advice": judgement.advice,
            "proposals": [[p.round, p.chair, p.grade, p.words] for p in proposals if chairs[p.round] == 2],
        }
        grades.append(one | ({"stands_why": judgement.stands_why} if judgement.stands_why else {}))
    marks = audit.marks.values_list("criterion__code", "indicator__number", "value", "seen", "asked_why")
    actions = audit.actions.exclude(state="cancelled").filter(agreed_in="meeting").order_by("number")
    return {
        "ref": audit.ref,
        "case": audit.case.person_id,
        "category": audit.category,
        "auditor": audit.auditor_id,
        "keyworker": audit.keyworker_id,
        "standards": audit.standard_set.slug,
        "met_on": audit.met_on,
        "grades": grades,
        "marks": sorted(
            [code or f"indicator {number}", value, seen, *([why] if why else [])]
            for code, number, value, seen, why in marks
        ),
        "notes": sorted([note.slug, note.choice, note.text] for note in audit.notes.all()),
        "plan": [
            {name: getattr(action, name) for name in ("number", "kind", "part", "what", "measure", "outcome")}
            | {"resources": action.resources, "due_on": action.signed_due_on or action.first_due_on}
            | {"for": sorted(action.judgements.values_list("number", flat=True))}
            for action in actions
        ],
    }


@pytest.mark.django_db(transaction=True)
def test_every_row_that_holds_the_case_goes_back_and_comes_again_and_the_signed_hash_stays(council: Council) -> None:
    audit, now = written_everywhere(council), leaves()
    new = rows()
    try:
        apps = migrated(BEFORE)
        old = rows(apps)
        signed = trail.digest(trail.canonical(signed_before(apps, audit.pk)))
    finally:
        migrated(now)
    assert signed == audit.content_hash == content_hash_of(Audit.objects.get(pk=audit.pk))
    assert rows() == new
    assert {row[1] for row in old["Judgement"]} == set(range(1, 9))
    assert {row[1] for row in old["BallotGrade"]} == set(range(1, 9))
    assert {row[1] for row in old["ExerciseGrade"]} == {1, 8}
    slugs = {row[1] for row in old["Note"]}
    assert "s8-works-well" in slugs
    assert not any(slug.startswith("case-") for slug in slugs)
    assert [row[1] for row in old["ReplacedWords"]] == ["s8-needs"]
    assert [row[1] for row in old["PlanDraft"]] == [[3, 8]]
    assert old["Review"][0][1] == {
        "grade-8": ["good"],
        "grade-2": ["good"],
        "action-0-numbers": ["2", "8"],
        "action-0-what": ["8"],
    }
    assert [row[1] for row in old["PlanItem"]] == [7, 8, None]
    assert [row[1] for row in old["Quotation"]] == [8, 3]
    assert [[part for part in row if part not in (8, CASE_NUMBER)] for row in old["Judgement"]] == [
        [part for part in row if part not in (8, CASE_NUMBER)] for row in new["Judgement"]
    ]


@pytest.mark.django_db(transaction=True)
def test_the_way_back_is_refused_where_it_would_lose_a_grade(council: Council) -> None:
    load_invented(8)
    open_audit(council)
    now, kept = leaves(), rows()
    with pytest.raises(RuntimeError, match="would lose a grade"):
        migrated(BEFORE)
    migrated(now)
    assert rows() == kept


def test_the_trail_of_before_still_tells_of_the_case(client: Client, council: Council) -> None:
    audit = open_audit(council)
    with trail.acting(by=council.auditor, at=NOW) as act:
        act.add("grade.reasoned", Judgement(audit=audit, number=8))
    assert "The case as a whole" in text(signed_in(client, council.auditor).get(f"/audits/{audit.ref}/history/"))


def test_in_a_set_of_eight_the_trail_tells_of_standard_8(client: Client, council: Council) -> None:
    load_invented(8)
    audit = open_audit(council)
    with trail.acting(by=council.auditor, at=NOW) as act:
        act.add("grade.reasoned", Judgement(audit=audit, number=8))
    page = text(signed_in(client, council.auditor).get(f"/audits/{audit.ref}/history/"))
    assert "Standard 8" in page
    assert "The case as a whole" not in page
