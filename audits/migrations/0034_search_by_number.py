from django.db import migrations


def create_index(apps, schema_editor):
    """For the search by how a person number begins, in whatever capitals. SQLite has no index for such a search."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE INDEX case_number_upper ON audits_case (UPPER(person_id::text) text_pattern_ops)")


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP INDEX IF EXISTS case_number_upper")


class Migration(migrations.Migration):
    dependencies = [("audits", "0033_audit_closed")]

    operations = [migrations.RunPython(create_index, drop_index)]
