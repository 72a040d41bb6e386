from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "escalation"

    def ready(self) -> None:
        from audits.signals import audit_graded
        from escalation import ladder

        audit_graded.connect(ladder.on_audit_graded, dispatch_uid="escalation-ladder")
