import standards.models
from django.db import migrations, models

KEYS = ("history", "assessment", "plan", "review", "partnership", "impact", "oversight")
"""What the boxes about the record took the standards 1 to 7 of every set to be about until now."""
GOOD_PRACTICE = {
    "slug": "good-practice",
    "title": "Good practice to share",
    "hint": "Optional. Goes to QA, without names",
}


def name_keys(apps, schema_editor):
    """Give the standards of the sets there are the keys that their numbers stood for: old audits ask what they asked."""
    for number, key in enumerate(KEYS, 1):
        apps.get_model("standards", "Standard").objects.filter(number=number).update(key=key)
    sets = apps.get_model("standards", "StandardSet")
    for standard_set in sets.objects.all():
        if len(standard_set.headings) == 3:
            standard_set.headings = [*standard_set.headings, GOOD_PRACTICE]
            standard_set.save(update_fields=["headings"])
    for draft in apps.get_model("standards", "SetDraft").objects.all():
        complete_spec(draft.spec)
        draft.save(update_fields=["spec"])


def complete_spec(spec):
    """Give a draft what the files of sets have had since: keys, the boxes about the record, and good practice."""
    for number, standard in enumerate(spec["standards"], 1):
        standard.setdefault("key", KEYS[number - 1] if number <= len(KEYS) else f"standard-{number}")
    keys = [standard["key"] for standard in spec["standards"]]
    if "record" not in spec:
        spec["record"] = [
            {**row, "keys": [key for key in row["keys"] if key in keys]} for row in standards.models.usual_record()
        ]
    if len(spec["headings"]) == 3:
        spec["headings"].append({**GOOD_PRACTICE, "slug": "good_practice"})


class Migration(migrations.Migration):

    dependencies = [
        ("standards", "0005_set_draft"),
    ]

    operations = [
        migrations.AddField(
            model_name="standard",
            name="key",
            field=models.SlugField(blank=True, help_text="What it is about, whatever its number: the boxes about the record ask.", max_length=40),
        ),
        migrations.AddField(
            model_name="standardset",
            name="record",
            field=models.JSONField(default=standards.models.usual_record, help_text="The boxes about the record, each with the keys of the standards it speaks of."),
        ),
        migrations.AlterField(
            model_name="standardset",
            name="headings",
            field=models.JSONField(default=standards.models.usual_headings, help_text="What the boxes under each grade are called, each with a hint."),
        ),
        migrations.RunPython(name_keys, migrations.RunPython.noop),
    ]
