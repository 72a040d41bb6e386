from django.conf import settings
from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Concat, Substr

OLD, NEW = 8, 100
OLD_SLUG, NEW_SLUG = "8", "case"
TOO_MANY = (
    "An audit is graded by a set with more than seven standards, and before this change 8 was the case: that way back "
    "would lose a grade. Nothing was changed."
)


def case_becomes_case(apps, schema_editor):
    """The case was grade 8 of an audit, after seven standards: it comes after any standard now, and is called "case".

    An audit whose set had an eighth standard when nothing refused one has no grade of the case, and stays as it is.
    """
    judgements = apps.get_model("audits", "Judgement").objects
    eighth = judgements.filter(number=OLD, standard__isnull=False).values("audit")
    judgements.filter(number=OLD, standard=None).update(number=NEW)
    ballots = apps.get_model("audits", "BallotGrade").objects.filter(number=OLD)
    ballots.exclude(ballot__review__audit__in=eighth).update(number=NEW)
    apps.get_model("audits", "ExerciseGrade").objects.filter(number=OLD).update(number=NEW)
    rename_boxes(apps, f"s{OLD}-", f"{NEW_SLUG}-", eighth)
    rename_in_drafts(apps, (OLD, OLD_SLUG), (NEW, NEW_SLUG), eighth)


def case_becomes_8(apps, schema_editor):
    """The way back. Refused while an audit has a grade of an eighth standard."""
    judgements = apps.get_model("audits", "Judgement").objects
    if judgements.filter(number__gte=OLD, standard__isnull=False).exists():
        raise RuntimeError(TOO_MANY)
    none = judgements.none().values("audit")
    judgements.filter(number=NEW).update(number=OLD)
    apps.get_model("audits", "BallotGrade").objects.filter(number=NEW).update(number=OLD)
    apps.get_model("audits", "ExerciseGrade").objects.filter(number=NEW).update(number=OLD)
    rename_boxes(apps, f"{NEW_SLUG}-", f"s{OLD}-", none)
    rename_in_drafts(apps, (NEW, NEW_SLUG), (OLD, OLD_SLUG), none)


def rename_boxes(apps, was, now, eighth):
    """Give the boxes of the case their other slugs, in notes and in words that were replaced."""
    for model, field in (("Note", "slug"), ("ReplacedWords", "field")):
        rows = apps.get_model("audits", model).objects.filter(**{f"{field}__startswith": was})
        new = Concat(Value(now), Substr(field, len(was) + 1))
        rows.exclude(audit__in=eighth).update(**{field: new})


def rename_in_drafts(apps, was, now, eighth):
    """Give the case its other name in actions that are begun and in decisions of a panel's chair that are kept."""
    (was_number, was_slug), (now_number, now_slug) = was, now
    for draft in apps.get_model("audits", "PlanDraft").objects.exclude(audit__in=eighth):
        if was_number in draft.numbers:
            draft.numbers = [now_number if number == was_number else number for number in draft.numbers]
            draft.save(update_fields=["numbers"])
    for review in apps.get_model("audits", "Review").objects.exclude(draft={}).exclude(audit__in=eighth):
        draft = {
            f"grade-{now_slug}" if name == f"grade-{was_slug}" else name: [
                now_slug if name.startswith("action-") and name.endswith("-numbers") and text == was_slug else text
                for text in some
            ]
            for name, some in review.draft.items()
        }
        if draft != review.draft:
            review.draft = draft
            review.save(update_fields=["draft"])


class Migration(migrations.Migration):

    dependencies = [
        ("audits", "0023_family_voice"),
        ("standards", "0003_criterion_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="judgement",
            name="judgement_case_applies",
        ),
        migrations.AlterField(
            model_name="activity",
            name="focus",
            field=models.JSONField(default=list, help_text="Numbers of the standards looked at; empty for all."),
        ),
        migrations.AlterField(
            model_name="audit",
            name="focus",
            field=models.JSONField(default=list, help_text="The standards it looks at; empty for all."),
        ),
        migrations.AlterField(
            model_name="draw",
            name="focus",
            field=models.JSONField(default=list, help_text="The standards its audits look at; empty for all."),
        ),
        migrations.RunPython(case_becomes_case, case_becomes_8),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(("standard__isnull", False), ("applies", True), _connector="OR"),
                name="judgement_case_applies",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 100), ("standard__isnull", True)),
                    models.Q(("number__gte", 1), ("number__lt", 100), ("standard__isnull", False)),
                    _connector="OR",
                ),
                name="judgement_case_is_last",
            ),
        ),
    ]
