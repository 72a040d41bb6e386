"""Accounts by hand: another name or address, a sign-in closed today, and people who are on no list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from people import access, notices, trail
from people.directory import holders
from people.mail_domains import foreign_domain
from people.membership import check_other, give_role
from people.merging import tell_administrators_of
from people.models import Membership, Service, Team, User
from people.notice_texts import AccountAdded, SignInClosed
from people.roles import Permission, Role
from people.staff_names import move_email
from people.trail import Act
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow, Refused, written

WHEN_CLOSED: dict[Callable[[User, Act], None], None] = {}
"""What other apps do as a sign-in is closed, in the same transaction. They add theirs as they start."""
WHY = "Say why, for example “a new surname”. It stays in the history."


def rename_person(user: User, *, name: str, why: str, by: User, at: datetime) -> User:
    """Give a person another name. A staff list that has another goes before it.

    Refused: not an administrator, or oneself (403); no name, or no reason (422).
    """
    check_other(user, by=by)
    new = written(" ".join(name.split()), "name", "Enter the name.", most=150)
    reason = written(why, "why", WHY)
    with trail.acting(by=by, at=at) as act:
        was = User.objects.select_for_update(no_key=True).get(pk=user.pk).name
        User.objects.filter(pk=user.pk).update(name=new)
        act.add("person.renamed", user, why=reason, content={"was": was, "now": new})
    return User.objects.get(pk=user.pk)


def check_address(email: str) -> str:
    """An address as it is kept. Refused (422): one that is none, at a foreign domain, or that another account has."""
    address = email.strip().lower()
    try:
        validate_email(address)
        User._meta.get_field("email").run_validators(address)
    except ValidationError:
        raise Refused("Enter an e-mail address in the right form, like name@example.gov.uk.", "email") from None
    if wrong := foreign_domain(address):
        raise Refused(f"{address} {wrong}. Enter their council address.", "email")
    other = User.objects.filter(email=address).first()
    if other is not None:
        raise Refused(f"{other.name} has this address. If they are one person, merge the two accounts.", "email")
    return address


def change_email(user: User, *, email: str, why: str, by: User, at: datetime) -> User:
    """Have a person sign in with, and be written to at, another address. Every other administrator is told.

    Refused: not an administrator, or oneself (403); no address, one that somebody has, or no reason (422).
    """
    check_other(user, by=by)
    address, reason = check_address(email), written(why, "why", WHY)
    with trail.acting(by=by, at=at) as act:
        was = User.objects.select_for_update(no_key=True).get(pk=user.pk).email
        move_email(user, address)
        act.add("person.email_changed", user, why=reason, content={"was": was, "now": address})
        tell_administrators_of(user, f"{user.name} signs in as {address} now, and not as {was}", by=by, at=at)
    return User.objects.get(pk=user.pk)


def close_sign_in(user: User, *, why: str, by: User, at: datetime) -> User:
    """Close a person's sign-in from this moment: whoever is signed in is out. No staff list opens it again.

    Audits that have not met go to other auditors, as when somebody leaves; QA is told, as actions may wait for somebody
    else now. Refused: not an administrator, or oneself (403);
    no reason (422); closed already (409).
    """
    check_other(user, by=by)
    reason = written(why, "why", "Say why it is closed. It stays in the history.")
    with trail.acting(by=by, at=at) as act:
        closing = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not closing.is_active:
            raise NotNow(f"The sign-in of {closing.name} is closed already.")
        User.objects.filter(pk=user.pk).update(is_active=False)
        act.add("person.sign_in_closed", user, was="here", now="closed", why=reason)
        for settle in WHEN_CLOSED:
            settle(closing, act)
        officers = holders(Role.QA_OFFICER, on=day_of(at))
        notices.notify(to=officers, text=SignInClosed(user), key=f"closed:{user.pk}:{at.isoformat()}", at=at)
    return User.objects.get(pk=user.pk)


def open_sign_in(user: User, *, why: str, by: User, at: datetime) -> User:
    """Open a sign-in again that was closed by hand.

    Refused: not an administrator, or oneself (403); no reason (422); open already, or merged into another (409).
    """
    check_other(user, by=by)
    reason = written(why, "why", "Say why it is opened again. It stays in the history.")
    with trail.acting(by=by, at=at) as act:
        opening = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if opening.is_active or opening.merged_into_id is not None:
            raise NotNow("This sign-in is open, or the account was merged into another.")
        User.objects.filter(pk=user.pk).update(is_active=True)
        act.add("person.sign_in_opened", user, was="closed", now="here", why=reason)
    return User.objects.get(pk=user.pk)


def add_person(
    *,
    name: str,
    email: str,
    job_title: str,
    role: str,
    ends_on: date | None,
    why: str,
    by: User,
    at: datetime,
    team: Team | None = None,
    service: Service | None = None,
) -> User:
    """Add somebody who is on no staff list, such as a commissioned auditor, with a role until a day. They are told how
    to sign in, and stay whatever a list says.

    Refused: not an administrator (403); no name, no address or one that somebody has, or what `give_role` refuses.
    """
    access.check(by, Permission.MANAGE_USERS)
    full_name = written(" ".join(name.split()), "name", "Enter the name.", most=150)
    address = check_address(email)
    with trail.acting(by=by, at=at) as act:
        user = User.objects.create_user(
            address,
            name=full_name,
            job_title=job_title.strip()[:150],
            team=team,
            service=service,
            source=User.Source.HAND,
        )
        EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
        Membership.objects.create(user=user, role=Role.STAFF, starts_on=day_of(at), ends_on=ends_on, reason=why[:200])
        act.add("person.joined", user, now="here", why=why, content={"by_hand": True})
        if role != Role.STAFF:
            given = {"role": role, "starts_on": day_of(at), "ends_on": ends_on, "reason": why}
            give_role(user, by=by, at=at, team=team, service=service, **given)  # type: ignore[arg-type]
        notices.notify(to=[user], text=AccountAdded(by), key=f"added:{user.pk}", at=at)
    return user
