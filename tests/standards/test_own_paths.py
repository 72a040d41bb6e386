"""Which escalation path each grade starts: a set says it within limits, and one that does not has the strategy's."""

from __future__ import annotations

import json
from itertools import product

import pytest

from qualitycounts.base.refusals import Refused
from standards import set_file, standard_sets
from standards.drafting import compare, outline
from standards.grades import EscalationPath, Grade, usual_path
from standards.models import StandardSet
from standards.set_faults import NO_PATH, set_faults
from tests.factories import Council
from tests.standards.drafting.writing import begun, dated, fresh, published, wrote
from tests.standards.test_set_faults import V7, five, load

RI, INADEQUATE = EscalationPath.REQUIRES_IMPROVEMENT.value, EscalationPath.INADEQUATE.value
GRAVER = [NO_PATH, RI, INADEQUATE]
USUAL = (NO_PATH, NO_PATH, RI, INADEQUATE)
ALLOWED = {
    paths
    for paths in product(GRAVER, repeat=4)
    if paths[0] == NO_PATH and paths[3] == INADEQUATE and list(paths) == sorted(paths, key=GRAVER.index)
}


def with_paths(*paths: object) -> dict[str, object]:
    """Five standards, with the path of each grade, best first."""
    spec = five()
    for row, path in zip(spec["grades"], paths, strict=True):
        row["path"] = path
    return spec


@pytest.mark.django_db
@pytest.mark.parametrize("paths", list(product(GRAVER, repeat=4)))
def test_exactly_the_maps_within_the_limits_are_taken(paths: tuple[str, ...]) -> None:
    assert len(ALLOWED) == 6
    assert (not set_faults(with_paths(*paths))) == (paths in ALLOWED)


FAULTS = {
    "“Outstanding” is the best grade, so it starts no escalation.": (RI, RI, RI, INADEQUATE),
    "“Inadequate” is the lowest grade, so it always starts the path of Inadequate.": (NO_PATH, NO_PATH, RI, RI),
    "“Good” cannot start a graver escalation than “Requires improvement”, which is the lower grade.": (
        *(NO_PATH, RI, NO_PATH, INADEQUATE),
    ),
    "The path of a grade must be one of none, requires_improvement, inadequate.": (NO_PATH, "safeguarding", RI, RI),
    "The path of a grade must be one of none": (NO_PATH, NO_PATH, ["inadequate"], INADEQUATE),
    "The path of a grade must be one of none, requires": (None, NO_PATH, RI, INADEQUATE),
}


@pytest.mark.parametrize("says", FAULTS)
def test_a_map_past_the_limits_is_refused_in_a_sentence(v7: StandardSet, says: str) -> None:
    with pytest.raises(Refused) as refusal:
        load(with_paths(*FAULTS[says]))
    assert says in refusal.value.sentence
    assert StandardSet.objects.count() == 1


def test_a_file_that_says_nothing_has_the_strategys_and_keeps_its_bytes(v7: StandardSet) -> None:
    assert [standard_sets.path_of(v7, grade) for grade in Grade] == ["", "", RI, INADEQUATE]
    assert [usual_path(grade) for grade in Grade] == ["", "", RI, INADEQUATE]
    assert standard_sets.grades_on_a_path(v7) == [Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE]
    assert standard_sets.path_of(v7, "") == standard_sets.path_of(v7, None) == ""
    assert b'"path"' not in set_file.as_bytes(set_file.as_file(v7))
    said = json.loads(json.dumps(V7))
    for row, path in zip(said["grades"], USUAL, strict=True):
        row["path"] = path
    assert standard_sets.load(json.dumps(said).encode()) == (v7, False), "said aloud it is the same set"
    said["grades"][1]["path"] = RI
    with pytest.raises(Refused, match="is loaded with other words"):
        standard_sets.load(json.dumps(said).encode())


@pytest.mark.parametrize("paths", sorted(ALLOWED))
def test_from_the_editor_to_the_file_and_back_is_exact(
    v7: StandardSet, council: Council, paths: tuple[str, ...]
) -> None:
    draft = dated(council, begun(council, v7), "2027-01-01")
    for place, path in enumerate(paths, 1):
        wrote(council, draft, f"grades.{place}", path=path)
    ours = published(council, draft)
    data = set_file.as_bytes(fresh(draft).spec)
    assert set_file.as_file(ours) == fresh(draft).spec
    assert data == set_file.as_bytes(set_file.as_file(ours))
    assert [row["path"] for row in set_file.as_file(ours)["grades"]] == list(paths)
    differing = compare.differences(set_file.as_file(v7), set_file.whole(json.loads(data)))
    told = [
        (each.name, *word) for each in differing for word in each.words if word.label.startswith("Which escalation")
    ]
    assert len(told) == sum(one != usual for one, usual in zip(paths, USUAL, strict=True))
    if paths[1] == RI:
        assert ("Good", "Which escalation path it starts", "None", "Requires improvement") in told
    StandardSet.objects.filter(pk=ours.pk).delete()
    again, new = standard_sets.load(data)
    assert (new, again.file_hash) == (True, ours.file_hash)
    assert [row.path or NO_PATH for row in again.descriptors.all()] == list(paths)


def test_a_draft_that_is_past_the_limits_is_not_sent(v7: StandardSet, council: Council) -> None:
    draft = dated(council, begun(council, v7), "2027-01-01")
    wrote(council, draft, "grades.2", path=INADEQUATE)
    with pytest.raises(Refused, match="“Good” cannot start a graver escalation than “Requires improvement”"):
        published(council, draft)
    assert outline.part_or_404(fresh(draft).spec, "grades.2").row["path"] == INADEQUATE
