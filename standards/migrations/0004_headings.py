from django.db import migrations, models

import standards.models


class Migration(migrations.Migration):
    """Sets that were loaded before had the usual headings, whatever their file said."""

    dependencies = [
        ("standards", "0003_criterion_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="standardset",
            name="headings",
            field=models.JSONField(
                default=standards.models.usual_headings,
                help_text="What the three boxes under each grade are called, each with a hint.",
            ),
        ),
    ]
