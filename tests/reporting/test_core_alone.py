"""The headline and the standards are of audits drawn by chance alone; figures of two standards sets are never added."""

from __future__ import annotations

import json
from datetime import date

import pytest

from audits.models import Activity, Audit, Draw, Pick
from reporting.periods import parse
from reporting.sections.contents import work_out
from standards import standard_sets
from standards.models import StandardSet
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, finalised_audit
from tests.standards.test_set_faults import five

NOVEMBER = parse("2026-11")


def chosen_for(audit: Audit, kind: str) -> None:
    """The audit's case was drawn for an activity of this kind."""
    activity, _ = Activity.objects.get_or_create(kind=kind, month=date(2026, 11, 1), title=kind)
    draw, _ = Draw.objects.get_or_create(
        activity=activity,
        defaults={
            "ref": f"{kind.upper()}-2611",
            "on": NOW.date(),
            "drawn_at": NOW,
            "seed": "ab" * 16,
            "size": 9,
            "frame_size": 9,
        },
    )
    place = draw.picks.count() + 1
    pick = Pick.objects.create(draw=draw, case=audit.case, category=audit.category, ticket=f"{place:064}", place=place)
    Audit.objects.filter(pk=audit.pk).update(pick=pick)


@pytest.fixture
def audits(council: Council) -> list[Audit]:
    """Two core audits graded Good, and three themed ones that were looked for and graded Inadequate."""
    made = []
    for number, (kind, grade) in enumerate([("core", "good")] * 2 + [("themed", "inadequate")] * 3, 1):
        case = CaseFactory.create(keyworker=council.keyworker)
        audit = finalised_audit(council, number=number, grade=grade, case=case)
        chosen_for(audit, kind)
        made.append(audit)
    return made


def test_targeted_audits_stand_beside_the_headline_and_move_nothing_in_it(audits: list[Audit]) -> None:
    figures = work_out(NOVEMBER, on=NOW.date()).to_json()["audits"]
    assert figures["finalised"]["count"] == 5
    assert [grade["count"] for grade in figures["grades"]] == [0, 2, 0, 3], "all of them add up"
    assert figures["core"]["finalised"]["count"] == 2
    assert (figures["good"]["counts"][-1], figures["good"]["ofs"][-1]) == (2, 2)
    assert figures["inadequate"]["counts"][-1] == 0
    kinds = {kind["kind"]: (kind["audits"], kind["grades"]) for kind in figures["by_kind"]}
    assert kinds == {"core": (2, [0, 2, 0, 0]), "themed": (3, [0, 0, 0, 3])}


def test_standards_of_two_sets_are_two_things_whatever_their_numbers(council: Council) -> None:
    first = finalised_audit(council, number=1, case=CaseFactory.create(keyworker=council.keyworker))
    spec = five() | {"in_force_from": "2026-11-02"}
    spec["standards"][0]["short_title"] = "We know our children"
    newer, _ = standard_sets.load(json.dumps(spec).encode())
    second = finalised_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    moved = {standard.number: standard for standard in newer.standards.all()}
    for judgement in second.judgements.filter(number__lte=5):
        judgement.standard = moved[judgement.number]
        judgement.save()
    second.judgements.filter(number__in=(6, 7)).delete()
    Audit.objects.filter(pk=second.pk).update(standard_set=newer)
    figures = work_out(NOVEMBER, on=NOW.date()).to_json()
    keys = [(standard["set"], standard["number"]) for standard in figures["standards"]]
    assert keys == [("v7", number) for number in range(1, 8)] + [("five", number) for number in range(1, 6)]
    assert {standard["good"]["ofs"][-1] for standard in figures["standards"]} <= {0, 1}
    assert [used["slug"] for used in figures["sets"]] == ["v7", "five"]
    assert StandardSet.objects.count() == 2
    assert first.standard_set.slug == "v7"
