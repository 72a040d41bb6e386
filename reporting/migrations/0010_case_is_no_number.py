from django.db import migrations, models

OLD, NEW = 8, 100
FIGURES = ("Recommendation", "PlanItem")
"""What may name the case as the figure that is to move."""


def case_becomes_case(apps, schema_editor):
    """Where 8 named the case among the standards: as a figure it is what `audits.CASE_NUMBER` is; a line from a note on
    the case is of no standard."""
    for model in FIGURES:
        apps.get_model("reporting", model).objects.filter(standard=OLD).update(standard=NEW)
    apps.get_model("reporting", "Quotation").objects.filter(standard=OLD).exclude(
        note__slug__startswith=f"s{OLD}-"
    ).update(standard=None)


def case_becomes_8(apps, schema_editor):
    """The way back."""
    for model in FIGURES:
        apps.get_model("reporting", model).objects.filter(standard=NEW).update(standard=OLD)
    apps.get_model("reporting", "Quotation").objects.filter(standard=None, note__slug__startswith="case-").update(
        standard=OLD
    )


class Migration(migrations.Migration):

    dependencies = [
        ("reporting", "0009_quotation_of_an_answer"),
        ("audits", "0024_case_is_no_number"),
    ]

    operations = [
        migrations.AlterField(
            model_name="recommendation",
            name="standard",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="The standard whose figure it is meant to move, or `CASE_NUMBER`.", null=True
            ),
        ),
        migrations.RunPython(case_becomes_case, case_becomes_8),
    ]
