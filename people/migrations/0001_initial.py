import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
            ],
            options={
                'ordering': ('name',),
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='people.service')),
            ],
            options={
                'ordering': ('name',),
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('job_title', models.CharField(blank=True, max_length=150)),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='people.service')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='people.team')),
                ('line_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to=settings.AUTH_USER_MODEL)),
                ('source', models.CharField(choices=[('file', 'A staff extract'), ('demo', 'The demonstration'), ('hand', 'Made by an administrator')], default='hand', max_length=8)),
                ('is_active', models.BooleanField(default=True)),
                ('left_on', models.DateField(blank=True, help_text='The first day on which this person no longer works here.', null=True)),
                ('keys_on', models.BooleanField(default=True, help_text='Whether single-key shortcuts work in the meeting.')),
            ],
            options={
                'ordering': ('name',),
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('qa_officer', 'QA Officer'), ('head_of_qa', 'Head of QA'), ('auditor', 'auditor'), ('keyworker', 'keyworker'), ('team_manager', 'team manager'), ('head_of_service', 'Head of Service'), ('assistant_director', 'Assistant Director'), ('executive_director', 'Executive Director'), ('principal_social_worker', 'Principal Social Worker'), ('panel_member', 'panel member'), ('report_reader', 'report reader'), ('analyst', 'performance analyst'), ('contributor', 'evidence contributor'), ('staff', 'staff'), ('administrator', 'system administrator')], max_length=32)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.service')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, help_text='The last day on which it holds.', null=True)),
                ('from_file', models.BooleanField(default=False, help_text='Granted by the job title of a staff extract.')),
                ('reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('user'), models.F('role'), models.F('starts_on'), django.db.models.functions.comparison.Coalesce('team', 0), django.db.models.functions.comparison.Coalesce('service', 0), name='membership_once'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='membership_dates')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL)),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stands_in', to=settings.AUTH_USER_MODEL)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(help_text='The last day away.')),
                ('named_at', models.DateTimeField()),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('starts_on', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('named_at__isnull', True), ('named_by__isnull', True)), models.Q(('named_at__isnull', False), ('named_by__isnull', False)), _connector='OR'), name='absence_named_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='absence_ended_at_by'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='absence_dates'), models.CheckConstraint(condition=models.Q(('person', models.F('deputy')), _negated=True), name='absence_another_person')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='TrailEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveBigIntegerField(unique=True)),
                ('at', models.DateTimeField(db_index=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('act', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=40)),
                ('ref', models.CharField(max_length=60)),
                ('was', models.CharField(blank=True, max_length=40)),
                ('now', models.CharField(blank=True, max_length=40)),
                ('why', models.TextField(blank=True)),
                ('why_hash', models.CharField(default='', max_length=64)),
                ('content', models.TextField(null=True)),
                ('content_hash', models.CharField(max_length=64)),
                ('prev_hash', models.CharField(max_length=64, unique=True)),
                ('hash', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ('seq',),
                'indexes': [models.Index(fields=['kind', 'ref', 'seq'], name='trail_subject')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('key', models.CharField(help_text='What makes this notice the same notice: told once.', max_length=150)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('link', models.CharField(blank=True, max_length=200)),
                ('calendar', models.TextField(blank=True, help_text='An invitation (.ics) that goes with the mail.')),
                ('made', models.DateTimeField(db_index=True)),
                ('read', models.DateTimeField(blank=True, null=True)),
                ('mail', models.CharField(choices=[('waiting', 'Waiting to be sent'), ('sent', 'Sent'), ('dead', 'Given up: needs a person')], default='waiting', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_try', models.DateTimeField(db_index=True)),
                ('sent', models.DateTimeField(blank=True, null=True)),
                ('fault', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ('-made', '-pk'),
                'constraints': [models.UniqueConstraint(fields=('to', 'key'), name='notice_told_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('kind', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'Word document'), ('png', 'Picture')], max_length=4)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('scan', models.CharField(choices=[('clean', 'Checked for viruses'), ('none', 'Not checked for viruses: no scanner is set up')], max_length=8)),
                ('stored_at', models.DateTimeField(db_index=True)),
                ('stored_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('removed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('removed_why', models.TextField(blank=True)),
                ('expired', models.DateTimeField(blank=True, help_text='When the retention schedule took its bytes.', null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('stored_at__isnull', True), ('stored_by__isnull', True)), models.Q(('stored_at__isnull', False), ('stored_by__isnull', False)), _connector='OR'), name='storedfile_stored_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), ('removed_by__isnull', True)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='storedfile_removed_at_by')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='CouncilSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40)),
                ('number', models.PositiveIntegerField()),
                ('value', models.TextField()),
                ('why', models.TextField()),
                ('set_at', models.DateTimeField()),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('slug', 'number'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('set_at__isnull', True), ('set_by__isnull', True)), models.Q(('set_at__isnull', False), ('set_by__isnull', False)), _connector='OR'), name='setting_set_at_by'), models.UniqueConstraint(fields=('slug', 'number'), name='setting_changed_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('part', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('beat', models.DateTimeField()),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
    ]
