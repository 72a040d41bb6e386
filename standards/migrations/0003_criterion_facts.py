from django.db import migrations, models

SLUG = "v7"
HASH_BEFORE = "b227b56eafa72f224eded9b02374e50516c6f4a1513d4c0eec0ef0fe2e45734e"
HASH_AFTER = "5c6ff7f0ee1d527fa60169a086bfff80686238f3d07049cafc16d2fd7095cc44"
OF_CRITERIA = {
    "2.1": ["last_assessment"],
    "2.3": ["last_assessment", "last_review"],
    "2.13": ["last_plan"],
    "3.7": ["last_plan", "last_review", "next_review"],
    "4.1": ["last_review", "next_review"],
    "4.9": ["last_review", "next_review"],
    "5.4": ["last_visit", "last_seen"],
    "7.1": ["last_supervision", "last_oversight"],
    "7.2": ["last_supervision", "last_oversight"],
}
OF_INDICATORS = {1: ["last_supervision"], 3: ["last_plan"], 4: ["last_visit", "last_seen"]}


def say_of_which(apps, schema_editor):
    """The set as it was loaded before gets what its file says since, under the same slug."""
    for found in apps.get_model("standards", "StandardSet").objects.filter(slug=SLUG, file_hash=HASH_BEFORE):
        criteria = apps.get_model("standards", "Criterion").objects.filter(section__standard__standard_set=found)
        for code, facts in OF_CRITERIA.items():
            criteria.filter(code=code).update(facts=facts)
        for number, facts in OF_INDICATORS.items():
            found.indicators.filter(number=number).update(facts=facts)
        found.file_hash = HASH_AFTER
        found.save(update_fields=["file_hash"])


class Migration(migrations.Migration):

    dependencies = [
        ("standards", "0002_indicator_standards"),
    ]

    operations = [
        migrations.AddField(
            model_name="criterion",
            name="facts",
            field=models.JSONField(default=list, help_text="Kinds of facts (`FactKind`) that stand beside it."),
        ),
        migrations.AddField(
            model_name="indicator",
            name="facts",
            field=models.JSONField(default=list, help_text="Kinds of facts (`FactKind`) that stand beside it."),
        ),
        migrations.RunPython(say_of_which, migrations.RunPython.noop),
    ]
