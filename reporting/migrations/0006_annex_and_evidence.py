from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reporting", "0005_feed_tokens"),
    ]

    operations = [
        migrations.AlterField(
            model_name="edition",
            name="kind",
            field=models.CharField(choices=[("large", "Large print"), ("wider", "For wider readers"), ("response", "With the management response"), ("annex", "What each word means")], max_length=10),
        ),
        migrations.RemoveIndex(model_name="evidence", name="evidence_quarter"),
        migrations.RenameField(model_name="evidence", old_name="quarter", new_name="period"),
        migrations.AlterField(
            model_name="evidence",
            name="period",
            field=models.CharField(help_text="2026-27Q3, or 2026-11 of a source that tells each month.", max_length=10),
        ),
        migrations.AddIndex(model_name="evidence", index=models.Index(fields=["period"], name="evidence_period")),
        migrations.AlterField(
            model_name="evidence",
            name="source",
            field=models.CharField(choices=[("complaints", "Complaints"), ("indicators", "Performance indicators"), ("survey", "Service-user surveys"), ("reg44", "Regulation 44 visits"), ("review", "Conference and Review monitoring"), ("lado", "LADO"), ("workforce", "Workforce"), ("exceptions", "Performance exceptions"), ("fostering", "Fostering panel"), ("adoption", "Adoption panel"), ("finance", "Finance"), ("staff_survey", "Staff survey"), ("peer_review", "Peer review")], max_length=12),
        ),
    ]
