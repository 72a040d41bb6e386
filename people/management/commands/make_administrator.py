"""Make a system administrator, with a link to set the password."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from people import administrators
from qualitycounts.base import clock
from qualitycounts.base.commands import Command as Base


class Command(Base):
    help = "Make a system administrator, and print a link that sets the password once. Every other one is told."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("email", help="the e-mail address of somebody on the staff list, or of a new account")
        parser.add_argument("--name", default="", help="the name of a new account (default: its address)")

    def work(self, **options: Any) -> dict[str, Any]:
        made = administrators.make_administrator(options["email"], name=options["name"], at=clock.now())
        days = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days
        return {
            "email": made.user.email,
            "new_account": made.new_account,
            "new_role": made.new_role,
            "link": made.link,
            "days": days,
        }

    def words(self, done: dict[str, Any]) -> str:
        """Who it is, and the link on a line of its own."""
        state = "is now a system administrator" if done["new_role"] else "is a system administrator already"
        return (
            f"{done['email']} {state}. Every other administrator has been told. This link sets the password once, "
            f"within {done['days']} days. Give it to them and to nobody else:\n{done['link']}"
        )
