import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def made_is_sent(apps, schema_editor):
    """Until now a draw told everybody as it was made."""
    apps.get_model("audits", "Draw").objects.update(sent=F("drawn_at"), sent_by=F("drawn_by"))


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0011_month'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='draw',
            name='note',
            field=models.TextField(blank=True, help_text='The note that went with the mails.'),
        ),
        migrations.AddField(
            model_name='draw',
            name='sent',
            field=models.DateTimeField(blank=True, help_text='When those named on it were told; until then it is looked at.', null=True),
        ),
        migrations.AddField(
            model_name='draw',
            name='sent_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(made_is_sent, migrations.RunPython.noop),
    ]
