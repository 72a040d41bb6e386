"""The escalation app: reads the kinds of steps as it starts, and hears when a grade is fixed or changed."""

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "escalation"

    def ready(self) -> None:
        from audits.signals import action_extended, action_signed, audit_graded
        from escalation import ladder
        from escalation.steps import kinds, with_actions

        kinds.read_kinds()
        audit_graded.connect(ladder.on_audit_graded, dispatch_uid="escalation-ladder")
        action_signed.connect(with_actions.on_action_signed, dispatch_uid="escalation-signed")
        action_extended.connect(with_actions.on_action_extended, dispatch_uid="escalation-extended")
