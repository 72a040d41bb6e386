"""Notices by their key: the sweep asks by it what was told already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0010_password_asks")]

    operations = [
        migrations.AddIndex(model_name="notice", index=models.Index(fields=["key"], name="notice_key")),
    ]
