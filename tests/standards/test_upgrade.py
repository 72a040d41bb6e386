"""A council that loaded the set of 2020: what was graded with it stays, and the mended words come as a new set."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from qualitycounts.base.refusals import Refused
from standards import set_file, standard_sets
from standards.models import Criterion, SetDraft, StandardSet
from standards.set_faults import set_faults
from standards.usual_boxes import usual_record
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, UserFactory, open_audit

PATH = Path(__file__).resolve().parents[2] / "fixtures" / "standards_v7.json"
MENDED = (
    ('"v7-1"', '"v7"'),
    ("version 7.1", "version 7"),
    ("2020-09-02", "2020-09-01"),
    (
        "for this child, and answer to the child’s own needs, such as those that come from",
        "for this child, including needs that come from",
    ),
    ("stay as they are and harm", "stay as they are, if harm"),
    (
        "are things better and, in some cases, targeted services less needed",
        "are things better, and are targeted services less needed",
    ),
    ("Reviewed on time", "Child protection timescales"),
    (
        "Are the plan and its decisions reviewed on time: child protection first within 3 months of the initial "
        "conference, then within 6 months of the one before (Working Together to Safeguard Children, current edition); "
        "a pathway plan within 6 months; child in need and early help as the council has set?",
        "Are the child protection plan and decisions reviewed on time under Working Together to Safeguard Children, "
        "current edition: first within 3 months of the initial conference, then each time within 6 months of the one "
        "before?",
    ),
    (
        "the dates of the conferences or reviews due and held",
        "the dates of the initial and review child protection conferences",
    ),
)
"""Words of the set as it is now, and as the set of 2020 had them."""
EVERYONE = '"applies_to": [\n    "CIN",\n    "CP",\n    "CLA",\n    "CL",\n    "EH"\n   ],\n   "applies_note": ""'
FEW = (
    '"applies_to": [\n    "CLA",\n    "CP"\n   ],\n   "applies_note": "Most of these duties are owed to looked-after '
    "children and to children with a child protection plan. For any other child, mark the standard not applicable and "
    'say why."'
)


def old_file() -> bytes:
    """The file of 2020, byte for byte: what the last migration said its hash is."""
    text = PATH.read_text(encoding="utf-8")
    for now, then in MENDED:
        assert text.count(now) == 1, now
        text = text.replace(now, then)
    text = re.sub(r'\n   "key": "[a-z]+",', "", text)
    before, standard_4 = text.split('"short_title": "Review and statutory duties"')
    standard_4 = standard_4.replace(EVERYONE, FEW, 1)
    four = '"CIN",\n        "CP",\n        "CL",\n        "EH"'
    assert standard_4.count(four) == 1
    text = before + '"short_title": "Review and statutory duties"' + standard_4.replace(four, '"CP"')
    return text.encode()


@pytest.fixture
def v2020(db: None) -> StandardSet:
    """The set of 2020 alone, as an installed council has it."""
    StandardSet.objects.all().delete()
    loaded, new = standard_sets.load(old_file())
    assert new
    return loaded


def words_of(loaded: StandardSet) -> list[tuple[object, ...]]:
    """All that a set asks, and of whom."""
    rows = Criterion.objects.filter(section__standard__standard_set=loaded).order_by("pk")
    return list(
        rows.values_list(
            "code", "title", "question", "where_to_look", "applies_to", "facts", "section__standard__title"
        )
    )


def test_the_file_of_2020_is_the_one_that_councils_have() -> None:
    migration = import_module("standards.migrations.0003_criterion_facts")
    assert hashlib.sha256(old_file()).hexdigest() == migration.HASH_AFTER


def test_the_migrations_bring_a_set_of_2020_to_what_its_file_says(v2020: StandardSet) -> None:
    was, marks = words_of(v2020), dict(v2020.indicators.values_list("number", "standards"))
    beside = dict(v2020.indicators.values_list("number", "facts"))
    first, second = (
        import_module(f"standards.migrations.{name}") for name in ("0002_indicator_standards", "0003_criterion_facts")
    )
    v2020.indicators.update(standards=[], facts=[])
    Criterion.objects.update(facts=[])
    StandardSet.objects.update(file_hash=first.HASH_BEFORE)
    first.say_of_which(apps, None)
    second.say_of_which(apps, None)
    assert standard_sets.load(old_file()) == (v2020, False)
    assert words_of(v2020) == was
    assert dict(v2020.indicators.values_list("number", "standards")) == marks
    assert dict(v2020.indicators.values_list("number", "facts")) == beside


def test_the_mended_set_is_taken_up_for_new_audits_and_the_old_ones_keep_theirs(v2020: StandardSet) -> None:
    council = Council.make()
    case = {"keyworker": council.keyworker, "category": "CIN"}
    old = open_audit(council, number=1, case=CaseFactory.create(**case))
    was = words_of(v2020)
    call_command("load_standards", str(PATH))
    mended = StandardSet.objects.get(slug="v7-1")
    assert words_of(v2020) == was
    assert standard_sets.load(PATH.read_bytes()) == (mended, False)
    assert standard_sets.load(old_file()) == (v2020, False)
    new = open_audit(council, number=2, case=CaseFactory.create(**case))
    old.refresh_from_db()
    assert (old.standard_set, new.standard_set) == (v2020, mended)
    assert [(one.judgements.get(number=4).applies) for one in (old, new)] == [False, True]
    assert "mark the standard not applicable" in old.judgements.get(number=4).applies_why
    assert mended.standards.count() == v2020.standards.count() == 7
    assert len(words_of(mended)) == len(was) == 111


def test_other_words_under_the_slug_of_2020_are_refused(v2020: StandardSet) -> None:
    with pytest.raises(Refused, match="loaded with other words"):
        standard_sets.load(old_file().replace(b"Reviewed on time", b"Reviewed in time").replace(b"genogram", b"tree"))


def test_sets_and_drafts_of_before_get_the_keys_that_their_numbers_stood_for(v2020: StandardSet) -> None:
    as_written = json.loads(old_file())
    writer = UserFactory.create()
    draft = SetDraft.objects.create(spec=copy.deepcopy(as_written), begun_at=NOW, begun_by=writer)
    v2020.headings, v2020.record = v2020.headings[:3], usual_record()
    v2020.save()
    import_module("standards.migrations.0006_keys_and_record").name_keys(apps, None)
    draft.refresh_from_db()
    v2020.refresh_from_db()
    keys = ["history", "assessment", "plan", "review", "partnership", "impact", "oversight"]
    assert [row["key"] for row in draft.spec["standards"]] == keys
    assert list(v2020.standards.values_list("key", flat=True)) == keys
    assert (draft.spec["record"], len(draft.spec["headings"]), len(v2020.headings)) == (usual_record(), 4, 4)
    assert set_faults(draft.spec | {"in_force_from": "2027-01-01"}) == []
    assert set_file.as_file(v2020) == set_file.whole(draft.spec)
    assert standard_sets.load(old_file()) == (v2020, False)
