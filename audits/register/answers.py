"""Keeping the answers about a file before it is applied: which part of the list it covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from audits.models import Import
from audits.register import extracts
from people import trail
from people.list_answers import ListAnswers
from people.models import Team, User
from qualitycounts.base.refusals import Refused
from standards.categories import case_categories


def set_part(
    looked_at: Import, *, teams: Sequence[str], categories: Sequence[str], by: User | None, at: datetime
) -> Import:
    """Say which part of the list a file covers: what is of another team or category stays as it is. None: the whole.

    Refused: no such team or category (422); a file that can no longer be applied (409).
    """
    check_part(teams, categories)
    with trail.acting(by=by, at=at) as act:
        asked = Import.objects.select_for_update().get(pk=looked_at.pk)
        answers = ListAnswers.from_json(asked.answers)
        asked = keep_answers(asked, replace(answers, teams=tuple(teams), categories=tuple(categories)))
        act.add("import.part_said", asked, content={"teams": list(teams), "categories": list(categories)})
    return asked


def keep_answers(asked: Import, answers: ListAnswers) -> Import:
    """Keep what was said of a file that was looked at, with what it would change now."""
    asked.answers = answers.as_json()
    asked.counts = extracts.read_again(asked).counts
    asked.save(update_fields=["answers", "counts"])
    return asked


def check_part(teams: Sequence[str], categories: Sequence[str]) -> None:
    """Refuse (422) a part of the list that there is none of."""
    known = set(Team.objects.values_list("name", flat=True))
    if unknown := [team for team in teams if team not in known]:
        raise Refused(f"There is no team “{unknown[0]}”. The teams are: {', '.join(sorted(known))}.", "teams")
    codes = [row.code for row in case_categories().in_use]
    if wrong := [category for category in categories if category not in codes]:
        raise Refused(f"“{wrong[0]}” is not a category. The categories are: {', '.join(codes)}.", "categories")
