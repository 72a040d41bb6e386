from django.db import migrations, models


def say_usual_paths(apps, schema_editor):
    """Keep with each audit what its grade started: until now the two below Good, each the path of its own name."""
    for path in ("requires_improvement", "inadequate"):
        apps.get_model("audits", "Audit").objects.filter(grade=path).update(escalation_path=path)


class Migration(migrations.Migration):

    dependencies = [
        ("audits", "0034_search_by_number"),
    ]

    operations = [
        migrations.AddField(
            model_name="audit",
            name="escalation_path",
            field=models.CharField(blank=True, choices=[("requires_improvement", "Requires improvement"), ("inadequate", "Inadequate")], help_text="By its set.", max_length=24),
        ),
        migrations.RunPython(say_usual_paths, migrations.RunPython.noop),
    ]
