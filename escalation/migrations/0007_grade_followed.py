import standards.grades
from django.db import migrations, models


def say_grades(apps, schema_editor):
    """Keep with each escalation the grade that it follows: until now the one of its path, as the audit's set calls it
    where the audit still has it."""
    Escalation = apps.get_model("escalation", "Escalation")
    audits = apps.get_model("audits", "Audit").objects.filter(pk=models.OuterRef("audit"))
    for path in ("requires_improvement", "inadequate"):
        followed = Escalation.objects.filter(path=path)
        followed.update(grade=path)
        followed.filter(audit__grade=path).update(grade=models.Subquery(audits.values("grade")))


class Migration(migrations.Migration):

    dependencies = [
        ("audits", "0035_escalation_path"),
        ("escalation", "0006_pattern_named_why"),
    ]

    operations = [
        migrations.AddField(
            model_name="escalation",
            name="grade",
            field=standards.grades.GradeField(blank=True, choices=[("outstanding", "Outstanding"), ("good", "Good"), ("requires_improvement", "Requires improvement"), ("inadequate", "Inadequate")], help_text="The grade that it follows; empty for a concern.", max_length=64),
        ),
        migrations.RunPython(say_grades, migrations.RunPython.noop),
    ]
