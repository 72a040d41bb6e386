import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0002_plan_drafts'),
        ('escalation', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='pattern',
            name='activity',
            field=models.ForeignKey(blank=True, help_text='The audit that was decided on, as the programme has it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='patterns', to='audits.activity'),
        ),
    ]
