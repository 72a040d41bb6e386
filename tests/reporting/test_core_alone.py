"""The headline and the standards are of audits drawn by chance alone; figures of two standards sets are never added."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from audits.models import Activity, Audit, Draw, Finding, Pick
from people.models import User
from reporting.models import Report
from reporting.periods import parse
from reporting.reports import document
from reporting.sections.conclusions import Conclusions
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
    assert keys == [("v7-1", number) for number in range(1, 8)] + [("five", number) for number in range(1, 6)]
    assert {standard["good"]["ofs"][-1] for standard in figures["standards"]} <= {0, 1}
    assert [used["slug"] for used in figures["sets"]] == ["v7-1", "five"]
    assert StandardSet.objects.count() == 2
    assert first.standard_set.slug == "v7-1"


def test_every_kind_but_the_core_is_named_with_why_its_cases_were_chosen(audits: list[Audit]) -> None:
    Activity.objects.filter(kind="themed").update(
        title="Neglect", origin="complaint", origin_words="three about contact", planned=5
    )
    figures = work_out(NOVEMBER, on=NOW.date())
    stored = figures.to_json()
    themed = next(kind for kind in stored["audits"]["by_kind"] if kind["kind"] == "themed")
    assert themed["chosen"] == [
        {"title": "Neglect", "why": "Complaints: three about contact", "grades": [0, 0, 0, 3]},
    ]
    page = " ".join(document.render_document(Report(ref="R", period="2026-11", kind="monthly"), figures).split())
    assert "Themed audits, Neglect</strong>: chosen for a reason (Complaints: three about contact), not by" in page
    assert "chance. 3 Inadequate." in page


def test_planned_is_what_the_programme_planned_and_not_what_was_drawn(audits: list[Audit]) -> None:
    """Of five themed audits three were drawn and done; of four multi-agency ones none was even drawn."""
    Activity.objects.filter(kind="themed").update(planned=5)
    Activity.objects.create(kind="multi_agency", month=date(2026, 11, 1), title="Exploitation", planned=4)
    Activity.objects.create(kind="flash", month=date(2026, 11, 1), title="Given up", planned=9, **dropped())
    seen = Activity.objects.create(kind="observation", month=date(2026, 11, 1), title="Conferences", planned=2)
    finding(seen, audits[0].auditor, seen="A conference", learning="Plain words", on=date(2026, 11, 12))
    programme = work_out(NOVEMBER, on=NOW.date()).to_json()["programme"]
    lines = {
        line["name"]: (line["planned"]["count"], [each["count"] for each in line["outcomes"]])
        for line in programme["lines"]
    }
    assert lines == {
        "Core live audits": (2, [2, 0, 0, 0]),
        "Themed audits": (5, [3, 0, 0, 2]),
        "Multi-agency audits": (4, [0, 0, 0, 4]),
        "Observations of practice": (2, [1, 0, 0, 1]),
    }
    assert programme["whole"]["planned"]["count"] == 13
    over = work_out(NOVEMBER, on=date(2026, 12, 1)).to_json()["programme"]["whole"]
    assert [each["count"] for each in over["outcomes"]] == [6, 0, 7, 0]


def test_findings_of_partners_and_observations_are_counted_and_their_words_are_not_told(audits: list[Audit]) -> None:
    by = audits[0].auditor
    both = Activity.objects.create(kind="multi_agency", month=date(2026, 11, 1), title="Exploitation")
    for agency, on in (("Police", 3), ("Health", 4), ("Health", 30)):
        finding(both, by, audit=audits[0], agency=agency, on=date(2026, 11, on))
    finding(both, by, audit=audits[0], agency="School", on=date(2026, 12, 1))
    seen = Activity.objects.create(kind="observation", month=date(2026, 11, 1), title="Conferences")
    finding(seen, by, seen="A conference", learning="Plain words", on=date(2026, 11, 12))
    figures = work_out(NOVEMBER, on=NOW.date())
    assert [(each.title, each.in_words) for each in figures.of(Conclusions).found or ()] == [
        ("Exploitation", "3 findings: Health 2 and Police 1. What they came to is not written yet."),
        (
            "Conferences",
            "1 finding: A conference 1. Learning was written down in 1. What they came to is not written yet.",
        ),
    ]
    page = document.render_document(Report(ref="R", period="2026-11", kind="monthly"), figures)
    assert "3 findings: Health 2 and Police 1." in page
    assert "Words of one child" not in page


def finding(activity: Activity, by: User | None, **values: Any) -> None:
    """A finding of an activity."""
    values |= {"text": "Words of one child", "recorded_at": NOW, "recorded_by": by}
    Finding.objects.create(activity=activity, **values)


def dropped() -> dict[str, Any]:
    """An activity that was given up."""
    by = User.objects.first()
    return {"state": "dropped", "dropped_at": NOW, "dropped_by": by, "dropped_why": "No cases"}
