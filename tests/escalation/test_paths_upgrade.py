"""What was there before sets said what escalates keeps the paths that it had: the strategy's."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps

from audits.models import Audit
from escalation.models import Escalation
from standards import set_file, standard_sets
from standards.grades import GivenGrade, Grade
from standards.models import GradeDescriptor, SetDraft
from tests.escalation.build import finalised_audit
from tests.escalation.walk import LATER, regrade
from tests.factories import CaseFactory, Council
from tests.standards.drafting.writing import begun, fresh

STEPS = (
    ("standards.migrations.0009_escalation_paths", "say_usual_paths"),
    ("audits.migrations.0035_escalation_path", "say_usual_paths"),
    ("escalation.migrations.0007_grade_followed", "say_grades"),
)


def test_sets_drafts_audits_and_escalations_have_the_strategys_paths(council: Council) -> None:
    grades = (Grade.INADEQUATE, Grade.REQUIRES_IMPROVEMENT, Grade.GOOD)
    cases = (council.case, *(CaseFactory.create(keyworker=council.keyworker) for _ in grades[1:]))
    audits = [
        finalised_audit(council, grade=grade, number=number, case=case)
        for number, (grade, case) in enumerate(zip(grades, cases, strict=True), 1)
    ]
    regrade(audits[0], Grade.REQUIRES_IMPROVEMENT, by=council.head_of_qa, at=LATER)
    Audit.objects.filter(pk=audits[1].pk).update(grade=GivenGrade(Grade.REQUIRES_IMPROVEMENT, "Slips"))
    draft = begun(council, audits[0].standard_set)
    whole = draft.spec
    SetDraft.objects.update(spec=whole | {"grades": [set_file.without_usual_path(row) for row in whole["grades"]]})
    GradeDescriptor.objects.update(path="")
    Audit.objects.update(escalation_path="")
    Escalation.objects.update(grade="")
    standard_sets.descriptors.cache_clear()

    for module, function in STEPS:
        getattr(import_module(module), function)(apps, None)
    standard_sets.descriptors.cache_clear()
    assert set_file.as_file(audits[0].standard_set)["grades"] == whole["grades"]
    assert fresh(draft).spec == whole
    assert list(Audit.objects.order_by("pk").values_list("escalation_path", flat=True)) == [
        *("requires_improvement", "requires_improvement", ""),
    ]
    rows = {(each.ref.rpartition("-E")[2], each.path, each.called) for each in Escalation.objects.all()}
    assert rows == {
        (audits[0].ref, "inadequate", "Inadequate"),
        ("2", "requires_improvement", "Requires improvement"),
        (audits[1].ref, "requires_improvement", "Slips"),
    }
