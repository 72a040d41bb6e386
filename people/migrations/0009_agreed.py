"""Who gave an administrator's role, and when a deputy agreed: those named before stand in as they did."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def agreed_before(apps, schema_editor):
    apps.get_model("people", "Absence").objects.update(agreed_at=F("named_at"))


class Migration(migrations.Migration):
    dependencies = [("people", "0008_identities")]

    operations = [
        migrations.AddField(
            "absence",
            "agreed_at",
            models.DateTimeField(
                blank=True, help_text="When the deputy agreed: until then nobody stands in.", null=True
            ),
        ),
        migrations.RunPython(agreed_before, migrations.RunPython.noop),
        migrations.AddField(
            "membership",
            "given_by",
            models.ForeignKey(
                blank=True,
                help_text="Whose word a new administrator’s role waits on; empty for what a list or the server gave.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
