"""System administrators: who they are, and how one is made on the server, where nobody has the right to give roles yet.

An administrator keeps accounts, not children's records; whoever runs the server makes the first with a command.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from people import notices, trail
from people.directory import holders, holding
from people.first_sign_in import forget_earlier_links, password_link
from people.mail_domains import foreign_domain
from people.models import Membership, User
from people.notice_texts import AdministratorMadeOnServer, YouAreAdministrator
from people.roles import Role
from people.trail import Act
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow, Refused

WHY = "Made on the server, by the command make_administrator."


@dataclass(frozen=True, slots=True)
class Made:
    """What `make_administrator` did: for whom, whether the account and the role are new, and the password's link."""

    user: User
    new_account: bool
    new_role: bool
    link: str


def administrators(*, on: date) -> QuerySet[User]:
    """Everyone who is a system administrator on a day and works here, by name."""
    return holders(Role.ADMINISTRATOR, on=on)


def make_administrator(email: str, *, at: datetime, name: str = "", by: User | None = None) -> Made:
    """Make a system administrator, for whoever runs the server: of a person on the list, or with a new account.

    The link sets a password once; who has a password keeps it until then. Every other administrator is told, and so is
    the person. Asked for again, it makes another link, and tells them again.

    Refused: no e-mail address, or one at a foreign domain (422); somebody who has left, or whose account is shut (409).
    """
    address = email.strip().lower()
    try:
        validate_email(address)
        User._meta.get_field("email").run_validators(address)
    except ValidationError:
        raise Refused(f"“{email}” is not an e-mail address. Give one like name@example.gov.uk.") from None
    if wrong := foreign_domain(address):
        raise Refused(f"{address} {wrong}. Give an address of the council, or set MAIL_DOMAINS.")
    with trail.acting(by=by, at=at) as act:
        user, new_account = account_of(address, name)
        if not user.works_here(day_of(at)):
            raise NotNow(f"{user.name} has left, or the account is shut. Give the address of somebody who works here.")
        new_role = give_administrator(user, act)
        act.add("user.link_made", user, why=WHY)
        tell_others(user, act)
        forget_earlier_links(user)
        user.save(update_fields=["password"])
        return Made(user, new_account, new_role, password_link(user))


def account_of(address: str, name: str) -> tuple[User, bool]:
    """The person of that address, locked, and whether the account was made now. A new one has no password yet."""
    user = User.objects.select_for_update(of=("self",), no_key=True).filter(email=address).first()
    if user is not None:
        return user, False
    user = User.objects.create_user(address, name=name.strip()[:150] or address)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user, True


def give_administrator(user: User, act: Act) -> bool:
    """Make the person an administrator from today, without an end. False where they are one already."""
    on = day_of(act.at)
    held = Membership.objects.filter(holding(on), user=user, role=Role.ADMINISTRATOR)
    if held.filter(ends_on=None).exists():
        return False
    Membership.objects.filter(user=user, role=Role.ADMINISTRATOR, starts_on__gte=on).delete()
    Membership.objects.create(user=user, role=Role.ADMINISTRATOR, starts_on=on, reason=WHY)
    act.add("person.role_given", user, now=Role.ADMINISTRATOR, why=WHY, content={"from": str(on)})
    return True


def tell_others(user: User, act: Act) -> None:
    """Tell every other administrator, and the person: a link lets whoever has it in as them."""
    key, others = f"administrator:{user.pk}:{act.at.isoformat()}", administrators(on=day_of(act.at)).exclude(pk=user.pk)
    notices.notify(to=others, text=AdministratorMadeOnServer(user), key=key, at=act.at)
    notices.notify(to=[user], text=YouAreAdministrator(), key=key, at=act.at)
