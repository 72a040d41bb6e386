"""The reporting app: makes the triggers that keep frozen reports after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        from reporting import triggers

        post_migrate.connect(triggers.make, sender=self, dispatch_uid="report-triggers")
