from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0003_give_steps_back_to_their_owners'),
    ]

    operations = [
        migrations.AddField(
            model_name='pattern',
            name='also',
            field=models.JSONField(default=list, help_text='The numbers of other standards of which the same audits made a pattern.'),
        ),
    ]
