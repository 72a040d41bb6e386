"""Empty what imports kept of the files themselves: a child's name may lie in a column that was dropped, or in a cell
that a problem repeated."""

import re

from django.db import migrations, models

REPEATED = re.compile(r"^“.*?” is not (?=a person number|one of CLA|a date|a day|in a year|an age)", re.DOTALL)


def forget(apps, schema_editor):
    """Let go of every file, and of the cells that the problems of case extracts repeat."""
    Import = apps.get_model("audits", "Import")
    Import.objects.exclude(data=None).update(data=None)
    extracts = Import.objects.filter(kind="cases").exclude(problems=[])
    for pk, problems in extracts.values_list("pk", "problems").iterator(chunk_size=1):
        kept = [{**each, "why": REPEATED.sub("This cell is not ", each["why"])} for each in problems]
        if kept != problems:
            Import.objects.filter(pk=pk).update(problems=kept)


class Migration(migrations.Migration):
    dependencies = [("audits", "0003_signed_due_on")]

    operations = [
        migrations.AlterField(
            model_name="import",
            name="data",
            field=models.BinaryField(help_text="The cleaned rows, only until applied or a day is over.", null=True),
        ),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
