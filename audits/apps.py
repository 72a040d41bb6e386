"""The audits app: says as it starts what keeps two accounts from becoming one, what a closed sign-in leaves, and which
settings no page reads."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"

    def ready(self) -> None:
        from audits.openings import odd, openings  # noqa: F401 -- their settings: no page may have been opened yet
        from audits.record.signing import why_kept_apart
        from audits.register.reallocation import sign_in_closed
        from audits.reminders import before_meeting, weekly  # noqa: F401 -- their settings: no page reads them
        from people.accounts import WHEN_CLOSED
        from people.merging import KEPT_APART

        KEPT_APART[why_kept_apart] = None
        WHEN_CLOSED[sign_in_closed] = None
