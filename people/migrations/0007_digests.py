from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_worker_numbers'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='mails',
            field=models.CharField(blank=True, choices=[('each', 'A mail for each thing, as it happens'), ('daily', 'One mail each working morning'), ('weekly', 'One mail on Monday mornings')], help_text='How often one is told by mail; empty as the council has it.', max_length=6),
        ),
        migrations.AddField(
            model_name='notice',
            name='at_once',
            field=models.BooleanField(default=True, help_text="Whether its mail waits for nobody's daily or weekly one."),
        ),
        migrations.AddField(
            model_name='notice',
            name='digest',
            field=models.ForeignKey(blank=True, help_text='The mail it went in.', null=True, on_delete=models.deletion.SET_NULL, related_name='gathered', to='people.notice'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='mail',
            field=models.CharField(choices=[('waiting', 'Waiting to be sent'), ('sent', 'Sent'), ('dead', 'Given up: needs a person'), ('read', 'Read here before its mail went')], default='waiting', max_length=8),
        ),
    ]
