from django.db import migrations, models

PATHS = ("requires_improvement", "inadequate")


def say_usual_paths(apps, schema_editor):
    """Say of the sets and drafts there are what escalated until now: the two grades below Good, each on its own path."""
    for path in PATHS:
        apps.get_model("standards", "GradeDescriptor").objects.filter(grade=path).update(path=path)
    for draft in apps.get_model("standards", "SetDraft").objects.filter(is_tool=False):
        for row in draft.spec["grades"]:
            row.setdefault("path", row["slug"] if row["slug"] in PATHS else "none")
        draft.save(update_fields=["spec"])


class Migration(migrations.Migration):

    dependencies = [
        ("standards", "0008_tools"),
    ]

    operations = [
        migrations.AddField(
            model_name="gradedescriptor",
            name="path",
            field=models.CharField(blank=True, choices=[("requires_improvement", "Requires improvement"), ("inadequate", "Inadequate")], help_text="The escalation path that an audit of this grade starts; empty: none.", max_length=24),
        ),
        migrations.RunPython(say_usual_paths, migrations.RunPython.noop),
    ]
