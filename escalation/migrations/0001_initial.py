import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audits', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=30, unique=True)),
                ('audit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='audits.audit')),
                ('path', models.CharField(choices=[('safeguarding', 'Safeguarding'), ('inadequate', 'Inadequate'), ('requires_improvement', 'Requires improvement')], max_length=24)),
                ('state', models.CharField(choices=[('open', 'Open'), ('finished', 'Finished')], default='open', max_length=10)),
                ('opened_on', models.DateField()),
                ('opened', models.DateTimeField()),
                ('finished', models.DateTimeField(blank=True, null=True)),
                ('finished_why', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('opened', 'pk'),
                'indexes': [models.Index(fields=['opened_on'], name='escalation_opened_on')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open'), models.Q(('path', 'safeguarding'), _negated=True)), fields=('audit', 'path'), name='escalation_one_open_a_cause'), models.CheckConstraint(condition=models.Q(models.Q(('finished', None), ('state', 'open')), models.Q(('finished__isnull', False), ('state', 'finished')), _connector='OR'), name='escalation_finished')],
            },
        ),
        migrations.CreateModel(
            name='Concern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('escalation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='concern', to='escalation.escalation')),
                ('why', models.TextField()),
                ('spoken_to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spoken', models.DateTimeField(help_text='When the spoken hand-over was.')),
                ('raised_at', models.DateTimeField()),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('raised_at__isnull', True), ('raised_by__isnull', True)), models.Q(('raised_at__isnull', False), ('raised_by__isnull', False)), _connector='OR'), name='concern_raised_at_by')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='escalation.escalation')),
                ('slug', models.SlugField(max_length=24)),
                ('position', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'Not started'), ('open', 'Open'), ('done', 'Done'), ('dropped', 'No longer needed')], default='waiting', max_length=8)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to=settings.AUTH_USER_MODEL)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('first_due_on', models.DateField(blank=True, null=True)),
                ('counted_from', models.DateField(blank=True, help_text='The day from which its date was counted.', null=True)),
                ('counted_days', models.PositiveSmallIntegerField(blank=True, help_text='How many working days, if so.', null=True)),
                ('counted_months', models.PositiveSmallIntegerField(blank=True, help_text='How many months, if so.', null=True)),
                ('counted_since', models.CharField(blank=True, help_text='What happened on that day: dates.SINCE.', max_length=10)),
                ('acted', models.TextField(blank=True, help_text='What was done, before another person agrees that it is enough.')),
                ('acted_at', models.DateTimeField(blank=True, null=True)),
                ('acted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('passed_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps_passed', to=settings.AUTH_USER_MODEL)),
                ('passed_why', models.TextField(blank=True, help_text='Why it was passed up, as the timeline shows it.')),
                ('passed_at', models.DateTimeField(blank=True, null=True)),
                ('passed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('words', models.TextField(blank=True, help_text='What was said when it was done.')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('position',),
                'indexes': [models.Index(fields=['state', 'due_on'], name='step_state_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('acted_at__isnull', True), ('acted_by__isnull', True)), models.Q(('acted_at__isnull', False), ('acted_by__isnull', False)), _connector='OR'), name='step_acted_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('passed_at__isnull', True), ('passed_by__isnull', True)), models.Q(('passed_at__isnull', False), ('passed_by__isnull', False)), _connector='OR'), name='step_passed_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by__isnull', True)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='step_done_at_by'), models.UniqueConstraint(fields=('escalation', 'slug'), name='step_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), _negated=True), models.Q(('due_on__isnull', False), ('first_due_on__isnull', False), ('owner__isnull', False)), _connector='OR'), name='step_open_has_owner_and_date'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('done_at__isnull', False), _connector='OR'), name='step_done_by'), models.CheckConstraint(condition=models.Q(('done_by', None), models.Q(('done_by', models.F('acted_by')), _negated=True), _connector='OR'), name='step_doer_not_closer')],
            },
        ),
        migrations.CreateModel(
            name='Pattern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=20, unique=True)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('standard', models.PositiveSmallIntegerField(blank=True, help_text='The number of the standard.', null=True)),
                ('quarter', models.DateField(help_text='Its first day.')),
                ('state', models.CharField(choices=[('open', 'To be decided'), ('decided', 'Decided')], default='open', max_length=8)),
                ('found', models.DateTimeField()),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('due_on', models.DateField()),
                ('decision', models.CharField(blank=True, choices=[('themed', 'A themed audit'), ('flash', 'A flash audit'), ('neither', 'Neither, for the reason given')], max_length=8)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_why', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('state', 'due_on', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='pattern_decided_at_by'), models.UniqueConstraint(condition=models.Q(('standard', None)), fields=('team', 'quarter'), name='pattern_team_once'), models.UniqueConstraint(condition=models.Q(('team', None)), fields=('standard', 'quarter'), name='pattern_once'), models.CheckConstraint(condition=models.Q(models.Q(('standard__isnull', False), ('team', None)), models.Q(('standard', None), ('team__isnull', False)), _connector='OR'), name='pattern_of_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('decision', ''), ('state', 'open')), models.Q(('state', 'decided'), models.Q(('decision', ''), _negated=True), models.Q(('decided_why', ''), _negated=True)), _connector='OR'), name='pattern_decided')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='escalation.step')),
                ('action', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='audits.action')),
                ('level', models.PositiveSmallIntegerField()),
                ('due_on', models.DateField(help_text='The due date that was missed: a new date is a new deadline.')),
                ('on', models.DateField(help_text='The day the sweep found it.')),
                ('told', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('step__isnull', False)), fields=('step', 'due_on', 'level'), name='breach_step_once'), models.UniqueConstraint(condition=models.Q(('action__isnull', False)), fields=('action', 'due_on', 'level'), name='breach_action_once'), models.CheckConstraint(condition=models.Q(models.Q(('action', None), ('step__isnull', False)), models.Q(('action__isnull', False), ('step', None)), _connector='OR'), name='breach_of_one_thing'), models.CheckConstraint(condition=models.Q(('on__gt', models.F('due_on'))), name='breach_never_early')],
                'indexes': [],
            },
        ),
    ]
