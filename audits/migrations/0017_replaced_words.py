import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0016_own_marks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReplacedWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.SlugField(help_text="As the meeting's page calls it: c12, i3 or the slug of a box.", max_length=40)),
                ('text', models.TextField()),
                ('stood_until', models.DateTimeField()),
                ('audit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replaced_words', to='audits.audit')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('audit', 'field', 'written_by'), name='replaced_words_once')],
            },
        ),
    ]
