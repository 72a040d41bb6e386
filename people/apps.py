"""The people app: makes the trail's triggers after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from people import triggers

        post_migrate.connect(triggers.make, sender=self, dispatch_uid="trail-triggers")
