"""Who gave an administrator's role, and when a deputy agreed: those named before stand in as they did."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def agreed_before(apps, schema_editor):
    apps.get_model("people", "Absence").objects.update(agreed_at=F("named_at"), agreed_by=F("deputy"))


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
        migrations.AddField(
            "absence",
            "agreed_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "absence",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed_at__isnull", True), ("agreed_by__isnull", True)),
                    models.Q(("agreed_at__isnull", False), ("agreed_by__isnull", False)),
                    _connector="OR",
                ),
                name="absence_agreed_at_by",
            ),
        ),
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
        migrations.RunPython(agreed_before, migrations.RunPython.noop),
    ]
