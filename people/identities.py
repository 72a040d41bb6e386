"""Whose sign-in at the council's provider is whose account: by issuer and subject, never by name or address again."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from people import notices, trail
from people.models import Identity, User
from people.notice_texts import BreakGlassUsed
from people.openid import Answer


def person_of_identity(answer: Answer, *, at: datetime) -> User | None:
    """The person of an identity; None for somebody unknown.

    The first time, an account without an identity is found by the address that the provider vouches for, and the
    identity is kept with it. Afterwards nothing but issuer and subject counts.
    """
    known = Identity.objects.select_related("user").filter(issuer=answer.issuer, subject=answer.subject).first()
    if known is not None or not answer.mail:
        return known.user if known is not None else None
    with trail.acting(by=None, at=at) as act:
        people = User.objects.select_for_update(of=("self",), no_key=True)
        user = people.filter(email=answer.mail, merged_into=None).first()
        if user is None or user.identities.exists():
            return None
        Identity.objects.create(user=user, issuer=answer.issuer, subject=answer.subject, linked=at)
        act.add("user.identity_linked", user, now=answer.issuer[:100])
    return user


def has_break_glass() -> bool:
    """Whether an account is named that may come in by password while the council's sign-in is on."""
    return bool(settings.OIDC_BREAK_GLASS)


def is_break_glass(user: User) -> bool:
    """Whether this is the one account that comes in by password while the council's sign-in is on."""
    named: str = settings.OIDC_BREAK_GLASS
    return bool(named) and user.email == named


def tell_of_break_glass(user: User, *, at: datetime) -> None:
    """Tell the two people who are named for it that the break-glass account was used."""
    with trail.acting(by=user, at=at) as act:
        act.add("user.break_glass_used", user)
        named = User.objects.filter(email__in=settings.OIDC_BREAK_GLASS_TOLD)
        notices.notify(to=named, text=BreakGlassUsed(user), key=f"break-glass:{at.isoformat()}", at=at)
