import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='StandardSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('title', models.CharField(max_length=200)),
                ('published_on', models.DateField()),
                ('in_force_from', models.DateField()),
                ('source', models.TextField(blank=True)),
                ('file_hash', models.CharField(help_text='sha256 of the file it was loaded from.', max_length=64)),
            ],
            options={
                'ordering': ('-in_force_from',),
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='GradeDescriptor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standard_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='descriptors', to='standards.standardset')),
                ('grade', models.CharField(choices=[('outstanding', 'Outstanding'), ('good', 'Good'), ('requires_improvement', 'Requires improvement'), ('inadequate', 'Inadequate')], max_length=24)),
                ('position', models.PositiveSmallIntegerField()),
                ('short', models.CharField(max_length=80)),
                ('text', models.TextField()),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('standard_set', 'grade'), name='descriptor_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='SmartQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standard_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='smart', to='standards.standardset')),
                ('slug', models.SlugField()),
                ('position', models.PositiveSmallIntegerField()),
                ('word', models.CharField(max_length=40)),
                ('question', models.TextField()),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('standard_set', 'slug'), name='smart_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standard_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='standards.standardset')),
                ('number', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=80)),
                ('question', models.TextField()),
                ('where_to_look', models.TextField()),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('standard_set', 'number'), name='indicator_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Standard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standard_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standards', to='standards.standardset')),
                ('number', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('short_title', models.CharField(max_length=40)),
                ('statement', models.TextField()),
                ('applies_to', models.JSONField(default=list, help_text='Codes of the categories it applies to.')),
                ('applies_note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('standard_set', 'number'), name='standard_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='standards.standard')),
                ('position', models.PositiveSmallIntegerField()),
                ('heading', models.CharField(blank=True, max_length=120)),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('standard', 'position'), name='section_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='standards.section')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='nested', to='standards.criterion')),
                ('code', models.CharField(max_length=12)),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=80)),
                ('question', models.TextField()),
                ('where_to_look', models.TextField(blank=True)),
                ('tags', models.JSONField(default=list)),
                ('applies_to', models.JSONField(default=list, help_text='Category codes; empty for every category.')),
            ],
            options={
                'verbose_name_plural': 'criteria',
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('section', 'position'), name='criterion_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='BankHoliday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True)),
                ('title', models.CharField(max_length=80)),
                ('added_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('on',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('added_at__isnull', True), ('added_by__isnull', True)), models.Q(('added_at__isnull', False), ('added_by__isnull', False)), _connector='OR'), name='bankholiday_added_at_by')],
                'indexes': [],
            },
        ),
    ]
