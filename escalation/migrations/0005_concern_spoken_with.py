"""A concern may name anybody as spoken to: a team, or a person without an account here."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("escalation", "0004_pattern_also"),
    ]

    operations = [
        migrations.AddField(
            model_name="concern",
            name="spoken_with",
            field=models.TextField(
                blank=True, default="", help_text="A team, or somebody without an account here, in the writer's words."
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="concern",
            name="spoken_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(("spoken_to__isnull", False), models.Q(("spoken_with", ""), _negated=True), _connector="OR"),
                name="concern_spoken_to_somebody",
            ),
        ),
    ]
