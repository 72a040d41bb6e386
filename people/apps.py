"""The people app: the trail's triggers after every migration, a session's begin at every sign-in, and no commands that
go round the trail."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core.management import get_commands
from django.db.models.signals import post_migrate

NOT_OFFERED = ("createsuperuser", "changepassword")
"""Django's own: there is no superuser, and neither leaves an entry in the trail. `make_administrator` is there."""


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from people import adapter, session_end, triggers

        post_migrate.connect(triggers.create_trail_triggers, sender=self, dispatch_uid="trail-triggers")
        adapter.hear_of_second_factors()
        user_logged_in.connect(session_end.begin_session, dispatch_uid="session-begins")
        for name in NOT_OFFERED:
            get_commands().pop(name, None)
