"""Audits by the day they closed: the sweep asks for those of three months ago."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audits", "0032_third_chair")]

    operations = [
        migrations.AddIndex(model_name="audit", index=models.Index(fields=["closed_at"], name="audit_closed")),
    ]
