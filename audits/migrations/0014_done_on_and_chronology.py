import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from qualitycounts.base import clock


def date_what_is_done(apps, schema_editor):
    """Take the day on which it was written down for the day on which each action was done: nothing else is known."""
    actions = apps.get_model("audits", "Action").objects
    some = []
    for action in actions.filter(done_at__isnull=False).only("done_at").iterator(chunk_size=500):
        action.done_on = clock.day_of(action.done_at)
        some.append(action)
        if len(some) == 500:
            actions.bulk_update(some, ["done_on"])
            some = []
    actions.bulk_update(some, ["done_on"])


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0013_meeting_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='action',
            name='done_on',
            field=models.DateField(blank=True, help_text='The day it was done, which may be before it was said.', null=True),
        ),
        migrations.AlterField(
            model_name='action',
            name='done_at',
            field=models.DateTimeField(blank=True, help_text='When it was written down that it is done.', null=True),
        ),
        migrations.AddField(
            model_name='viewing',
            name='chronology_needed',
            field=models.BooleanField(blank=True, help_text='Whether it belongs in the management chronology; empty until somebody says.', null=True),
        ),
        migrations.AddField(
            model_name='viewing',
            name='in_chronology_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='viewing',
            name='in_chronology_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='viewing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('in_chronology_at__isnull', True), ('in_chronology_by__isnull', True)), models.Q(('in_chronology_at__isnull', False), ('in_chronology_by__isnull', False)), _connector='OR'), name='viewing_in_chronology_at_by'),
        ),
        migrations.RunPython(date_what_is_done, migrations.RunPython.noop),
    ]
