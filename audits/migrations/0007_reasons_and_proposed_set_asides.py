from django.conf import settings
from django.db import migrations, models
from django.db.models import Q, deletion


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0006_audit_taken_from'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='judgement',
            name='clash_of',
            field=models.JSONField(blank=True, default=list, help_text='What that reason was given for (`Clash.keys`).'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='stands_why',
            field=models.TextField(blank=True, help_text='Why the settled grade stands against what was found after it.'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='stands_of',
            field=models.JSONField(blank=True, default=list, help_text='What that reason was given for (`Clash.keys`).'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='aside_why',
            field=models.TextField(blank=True, help_text='Why one chair proposes that the standard does not apply.'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='aside_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='judgement',
            name='aside_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=Q(Q(('aside_at__isnull', True), ('aside_by__isnull', True)), Q(('aside_at__isnull', False), ('aside_by__isnull', False)), _connector='OR'), name='judgement_aside_at_by'),
        ),
    ]
