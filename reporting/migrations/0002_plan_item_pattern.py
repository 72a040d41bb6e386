import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0002_pattern_activity'),
        ('reporting', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='planitem',
            name='pattern',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plan_items', to='escalation.pattern'),
        ),
    ]
