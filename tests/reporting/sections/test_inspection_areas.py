"""The grades by inspection area: as the council groups the standards, counted again by hand, and only where it asks."""

from __future__ import annotations

import pytest

from audits.models import Judgement
from people import council_settings
from qualitycounts.base.refusals import Refused
from reporting import periods
from reporting.sections.base import Window
from reporting.sections.inspection_areas import AREAS, SHOWN, InspectionAreas
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, finalised_audit

QUARTER = Window(periods.parse("2026-27Q3"), NOW.date())
GOOD = ("good", "outstanding")


def test_areas_add_up_the_standards_that_the_council_gives_them(council: Council) -> None:
    case = CaseFactory.create(keyworker=council.keyworker)
    audits = [
        finalised_audit(council, standards={7: "inadequate", 2: "requires_improvement"}),
        finalised_audit(council, number=2, case=case, standards={2: "outstanding"}),
    ]
    assert InspectionAreas.count(QUARTER) is None

    def change(setting: council_settings.Setting, value: str) -> None:
        council_settings.change(setting, by=council.head_of_qa, at=NOW, value=value, why="Ours.", number=0)

    change(SHOWN, "yes")
    for wrong, why in (("Leaders", "Write each line"), ("Leaders: oversigt", "No standard is called “oversigt”")):
        with pytest.raises(Refused, match=why):
            change(AREAS, wrong)
    change(AREAS, "Help: assessment, plan\nLeaders: oversight\nElsewhere: assessment")
    counted = InspectionAreas.count(QUARTER)
    assert counted is not None
    assert [area.name for area in counted.areas] == ["Help", "Leaders", "Elsewhere"]
    assert counted.areas[0].standards == ["2. Assessment and analysis", "3. Child’s plan"]
    for area, numbers in zip(counted.areas, ((2, 3), (7,), (2,)), strict=True):
        there = Judgement.objects.filter(audit__in=audits, number__in=numbers, applies=True)
        of = there.count(), there.filter(grade__in=GOOD).count()
        assert (area.good.of, area.good.count) == of
        assert sum(figure.count for figure in area.grades) == of[0]
    assert [area.good.count for area in counted.areas] == [3, 1, 1]
    assert InspectionAreas.count(Window(periods.parse("2026-11"), NOW.date())) is None
