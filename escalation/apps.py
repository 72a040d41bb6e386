"""The escalation app: reads the kinds of steps as it starts, hears when a grade is fixed or changed, and says when
steps are due for a person's own calendar."""

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "escalation"

    def ready(self) -> None:
        from audits.month.events import PROVIDERS
        from audits.signals import action_extended, action_signed, audit_graded
        from escalation import ladder
        from escalation.steps import kinds, own_calendar, with_actions

        kinds.read_kinds()
        PROVIDERS.append(own_calendar.days_of_steps)
        audit_graded.connect(ladder.on_audit_graded, dispatch_uid="escalation-ladder")
        action_signed.connect(with_actions.on_action_signed, dispatch_uid="escalation-signed")
        action_extended.connect(with_actions.on_action_extended, dispatch_uid="escalation-extended")
