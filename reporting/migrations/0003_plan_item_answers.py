import django.db.models.deletion
from django.db import migrations, models


def say_what_was_recommended(apps, schema_editor):
    """An item that answers a recommendation says what was recommended and why; the answer says how it is done."""
    items = apps.get_model("reporting", "PlanItem").objects.exclude(recommendation=None).select_related("recommendation")
    for item in items:
        asked = item.recommendation
        if item.what == asked.what and item.why == asked.words:
            item.what, item.doing, item.why = asked.words, asked.what, asked.because
            item.save(update_fields=["what", "doing", "why"])


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0002_plan_item_pattern'),
    ]

    operations = [
        migrations.AddField(
            model_name='planitem',
            name='doing',
            field=models.TextField(blank=True, help_text='How it will be done: the answer to the recommendation.'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='joins',
            field=models.ForeignKey(blank=True, help_text='The item of the plan that does already what this asks for.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='joined', to='reporting.planitem'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='priority',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, '1, must, first'), (2, '2, should, this quarter'), (3, '3, could, when we can')], null=True),
        ),
        migrations.AlterField(
            model_name='planitem',
            name='priority',
            field=models.PositiveSmallIntegerField(choices=[(1, '1, must, first'), (2, '2, should, this quarter'), (3, '3, could, when we can')], default=2),
        ),
        migrations.RunPython(say_what_was_recommended, migrations.RunPython.noop),
    ]
