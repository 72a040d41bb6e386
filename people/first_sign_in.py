"""How somebody who never signed in gets in: what every mail to them says of it, and the link that sets a password."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from people.link_tokens import LinkTokens, WelcomeTokens
from people.models import User


def single_sign_on() -> bool:
    """Whether people come in by the council's own sign-in, and so need no password here."""
    return bool(settings.OIDC_ISSUER)


def password_link(user: User, *, asked: bool = False) -> str:
    """A link with which the person sets a password. It works once, for `PASSWORD_RESET_TIMEOUT` seconds, or for an hour
    where somebody `asked` for it, and is kept nowhere: it is worked out as the mail is sent."""
    tokens = LinkTokens() if asked else WelcomeTokens()
    words = {"uidb36": user_pk_to_url_str(user), "key": tokens.make_token(user)}
    return f"{settings.SITE_ADDRESS}{reverse('account_reset_password_from_key', kwargs=words)}"


def forget_earlier_links(user: User) -> None:
    """Let no link work that was made before, of somebody who has no password yet. The caller saves the person."""
    if not user.has_usable_password():
        user.set_unusable_password()


def how_to_sign_in(user: User, *, welcome: bool) -> str:
    """What a mail says to somebody who never signed in; "" to anybody else. With `welcome` it brings the link."""
    if user.last_login is not None:
        return ""
    if welcome:
        return welcome_words("" if single_sign_on() else password_link(user))
    if single_sign_on():
        return f"You have not signed in yet. {by_single_sign_on()}"
    another = f"{settings.SITE_ADDRESS}{reverse('account_reset_password')}"
    return (
        "You have not signed in yet. You have an account under this e-mail address: "
        f"ask for a password at {another}, choose one, and sign in."
    )


def welcome_words(link: str) -> str:
    """What a welcome mail says of signing in, with the person's own link."""
    if single_sign_on():
        return by_single_sign_on()
    another = f"{settings.SITE_ADDRESS}{reverse('account_reset_password')}"
    days = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days
    return (
        f"To sign in, choose a password by this link. It works once, for {days} days:\n\n{link}\n\n"
        f"If it no longer works, ask for another with this e-mail address at {another}"
    )


def by_single_sign_on() -> str:
    """How to sign in where the council's own sign-in is used."""
    page = f"{settings.SITE_ADDRESS}{reverse('account_login')}"
    return f"To sign in, open {page} and choose the council’s own sign-in. You need no password of ours."
