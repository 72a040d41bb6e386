"""The reporting app: makes the triggers that keep frozen reports, hears when a grade moves, and
says which reports are owed."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        from audits.duties.owed import PROVIDERS
        from audits.signals import audit_revised
        from reporting import triggers
        from reporting.reports import owed, revisions

        post_migrate.connect(triggers.create_report_triggers, sender=self, dispatch_uid="report-triggers")
        PROVIDERS[owed.reports_owed] = None
        audit_revised.connect(revisions.on_audit_revised, dispatch_uid="report-revisions")
