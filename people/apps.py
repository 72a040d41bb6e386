"""The people app: makes the trail's triggers after every migration, and hides commands that go round the trail."""

from django.apps import AppConfig
from django.core.management import get_commands
from django.db.models.signals import post_migrate

NOT_OFFERED = ("createsuperuser", "changepassword")
"""Django's own: there is no superuser, and neither leaves an entry in the trail. `make_administrator` is there."""


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from people import triggers

        post_migrate.connect(triggers.create_trail_triggers, sender=self, dispatch_uid="trail-triggers")
        for name in NOT_OFFERED:
            get_commands().pop(name, None)
