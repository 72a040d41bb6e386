"""Where somebody asks for a link for a new password, until the worker has answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0009_agreed")]

    operations = [
        migrations.CreateModel(
            name="PasswordAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.CharField(max_length=320)),
                ("asked", models.DateTimeField()),
            ],
        ),
    ]
