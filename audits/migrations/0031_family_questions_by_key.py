from django.db import migrations, models


def name_keys(apps, schema_editor):
    """Write the standards that each question speaks to by their keys in the newest set, which their numbers meant."""
    newest = apps.get_model("standards", "StandardSet").objects.order_by("in_force_from", "pk").last()
    if newest is None:
        return
    standards = apps.get_model("standards", "Standard").objects.filter(standard_set=newest).exclude(key="")
    keys = dict(standards.values_list("number", "key"))
    for question in apps.get_model("audits", "FamilyQuestion").objects.all():
        question.standards = [keys[number] for number in question.standards if number in keys]
        question.save(update_fields=["standards"])


class Migration(migrations.Migration):
    dependencies = [("audits", "0030_tool_sheets")]

    operations = [
        migrations.AlterField(
            model_name="familyquestion",
            name="standards",
            field=models.JSONField(default=list, help_text="Keys of the standards it speaks to; may be empty."),
        ),
        migrations.RunPython(name_keys, migrations.RunPython.noop),
    ]
