"""More dates of a case, and which file said each. Previews that wait are let go: their rows lack the new columns."""

from django.db import migrations, models


def forget_previews(apps, schema_editor):
    """Let go of the rows of lists that were looked at and not applied: they are imported again in a minute."""
    apps.get_model("audits", "Import").objects.filter(state="previewed", kind="cases").update(data=None)


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0017_replaced_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='fact_sources',
            field=models.JSONField(default=dict, help_text='For each kind of fact (`FactKind`): the day and the name of the file that said it last.'),
        ),
        migrations.AddField(
            model_name='case',
            name='last_assessment_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='last_oversight_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='last_plan_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='last_review_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='last_seen_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='last_visit_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='next_review_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunPython(forget_previews, migrations.RunPython.noop),
    ]
