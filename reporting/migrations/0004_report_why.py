from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0003_plan_item_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='why',
            field=models.TextField(blank=True, help_text='Why it corrects the version before it; empty in one that does not.'),
        ),
    ]
