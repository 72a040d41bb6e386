"""Who may open which address: every address is refused until `@requires` or `@public` says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from importlib import import_module
from typing import Any, TypeGuard
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from people import session_end, session_strength
from people.directory import holding, works_here_q
from people.models import Absence, Membership, User
from people.roles import CAN_STAND_IN, GRANTS, Grant, Permission, Role, Scope
from qualitycounts.base import clock
from qualitycounts.base.refusals import NotAllowed, words_typed

View = Callable[..., HttpResponseBase]


class SignedInRequest(HttpRequest):
    """A request that came through `@requires`: its user is a person."""

    user: User


LENT = frozenset(
    {
        Permission.SEE_AUDIT,
        Permission.SEE_ACTION,
        Permission.COMPLETE_ACTION,
        Permission.VERIFY_ACTION,
        Permission.SEE_ESCALATION,
        Permission.DECIDE_ESCALATION,
    }
)
"""What a deputy may do in the place of whoever is away, for that one's team or service: what follows an audit."""


def memberships(user: User) -> list[Membership]:
    """The roles a person holds today, asked once a request."""
    return [held for held in with_lent(user) if held.user_id == user.pk]


def lent(user: User) -> list[Membership]:
    """The roles held today by those whom the person stands in for."""
    return [held for held in with_lent(user) if held.user_id != user.pk]


def with_lent(user: User) -> list[Membership]:
    """The person's own roles, then those of whom they stand in for; asked once a request."""
    held: list[Membership] | None = getattr(user, "_memberships", None)
    if held is None:
        held = held_by(user.pk) if user.works_here(clock.today()) else []
        user._memberships = held  # type: ignore[attr-defined]
    return held


def held_by(pk: int) -> list[Membership]:
    """The memberships that hold today of a person, and of whom they stand in for, each with its person, and whether the
    person was asked to stand in: one query.

    A role is lent for as long as the deputy holds one that may stand in for it, and its holder works here.
    """
    on = clock.today()
    whose = Q(user=pk) | Q(user__in=absences_of_day(on).filter(deputy=pk).values("person"))
    asked = Exists(Absence.objects.filter(deputy=pk, agreed_at=None, ended_at=None, ends_on__gte=on))
    all_held = Membership.objects.filter(holding(on), works_here_q(on, "user__"), whose).select_related("user")
    held: list[Membership] = list(all_held.annotate(asked_to_stand_in=asked).order_by("pk"))
    mine = [membership for membership in held if membership.user_id == pk]
    own = {Role(membership.role) for membership in mine}
    return mine + [
        membership
        for membership in held
        if membership.user_id != pk and not own.isdisjoint(CAN_STAND_IN.get(Role(membership.role), ()))
    ]


def person_of(pk: int) -> User | None:
    """The person of a session with the roles they hold today, in one query for all who hold any; None for nobody."""
    held = held_by(pk)
    if not held or held[0].user_id != pk:
        return User.objects.filter(pk=pk).first()
    user = held[0].user
    user._memberships = held if user.works_here(clock.today()) else []  # type: ignore[attr-defined]
    return user


def roles(user: User) -> set[Role]:
    """The roles a person holds today."""
    return {Role(held.role) for held in memberships(user)}


def holds(user: User, *wanted: Role) -> bool:
    """Whether the person holds any of these roles today."""
    return not roles(user).isdisjoint(wanted)


def signed_in(user: User | AnonymousUser) -> TypeGuard[User]:
    """Whether this is a person with an account."""
    return user.is_authenticated


def of_session(key: str) -> User | None:
    """Who is signed in under a session's key now; None once it has ended, or they have left or changed the
    password."""
    asking = HttpRequest()
    asking.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(asking) if session_end.left_now(asking.session)[0] else None
    return user if user is not None and signed_in(user) and user.works_here(clock.today()) else None


def doorway_day() -> date:
    """The day that doorways go by: today."""
    return clock.today()


def away_on_day(on: date) -> QuerySet[Absence]:
    """The absences of a day, whether or not their deputies have agreed."""
    return Absence.objects.filter(ended_at=None, starts_on__lte=on, ends_on__gte=on)


def absences_of_day(on: date) -> QuerySet[Absence]:
    """The absences of a day in which somebody stands in: their deputies have agreed."""
    return away_on_day(on).exclude(agreed_at=None)


def covered_by(user: User) -> list[int]:
    """The keys of those whom the person stands in for today."""
    return sorted({held.user_id for held in lent(user)})


def is_asked_to_stand_in(user: User) -> bool:
    """Whether the person was named as a deputy and has neither agreed nor declined."""
    return any(getattr(held, "asked_to_stand_in", False) for held in with_lent(user))


def stands_in(user: User, person: int | None) -> bool:
    """Whether the user stands in for a person today."""
    return any(held.user_id == person for held in lent(user))


def grants(user: User, permission: Permission) -> list[tuple[Membership, Grant]]:
    """Every grant of the permission the person has, with the membership that brings it (for its team or service).

    Last come those of whom they stand in for, where these are for a team or a service and of what is `LENT`.
    """
    granted = [(held, grant) for held in with_lent(user) if (grant := GRANTS[Role(held.role)].get(permission))]
    return [
        (held, grant)
        for held, grant in granted
        if held.user_id == user.pk or (permission in LENT and grant.scope in (Scope.TEAM, Scope.SERVICE))
    ]


def acting_as(user: User, *wanted: Role) -> User | None:
    """Whoever holds any of these roles today: the person, else somebody whom they stand in for; None for neither."""
    return next((held.user for held in with_lent(user) if held.role in wanted), None)


def may(user: User | AnonymousUser, permission: Permission) -> bool:
    """Whether the person has the permission in any reach; whether it reaches this record is the doorway's to say."""
    return signed_in(user) and bool(grants(user, permission))


def sees_all(user: User, permission: Permission) -> bool:
    """Whether the permission reaches every record."""
    return any(grant.scope == Scope.ALL for _, grant in grants(user, permission))


def check(user: User, permission: Permission) -> None:
    """Refuse (`NotAllowed`, 403) without the permission."""
    if not may(user, permission):
        raise NotAllowed("Your role does not open this page. If it should, ask your system administrator.")


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Open a view to whoever is signed in and has any of these permissions.

    Signed out, a page sends to sign-in and back; what was being sent is answered 401 and not lost.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not signed_in(request.user) or not request.user.works_here(clock.today()):
                return sign_in_first(request)
            if settings.MFA_REQUIRED and (first := second_factor_first(request, request.user)):
                return first
            if not any(may(request.user, permission) for permission in permissions):
                check(request.user, permissions[0])
            return view(request, *args, **kwargs)

        door.permissions = permissions  # type: ignore[attr-defined]
        return door

    return wrap


def sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """A page goes to sign-in and back. A script gets 401, so that the text stays on its page; a form gets its own
    words shown back, to keep until one is signed in."""
    if request.headers.get("HX-Request") or request.headers.get("Accept") == "text/event-stream":
        return HttpResponse("You are signed out. Sign in again; what you typed is kept.", status=401)
    if request.method == "POST":
        return render(request, "errors/401.html", {"typed": words_typed(request)}, status=401)
    return redirect(f"{reverse(settings.LOGIN_URL)}?next={quote(request.get_full_path())}")


def second_factor_first(request: HttpRequest, user: User) -> HttpResponseBase | None:
    """Whoever came in by a password alone sets up a second factor first; None for others, and on pages of one's own
    sign-in."""
    name = (request.resolver_match.url_name if request.resolver_match else "") or ""
    if name.startswith(("account_", "mfa_")) or not session_strength.lacks_second_factor(request, user):
        return None
    if request.method == "GET" and "HX-Request" not in request.headers:
        return redirect("mfa_index")
    raise NotAllowed("Set up your second factor first: open Help, then Your second factor.")


def public(view: View) -> View:
    """Open a view to everyone: sign-in, health, statements."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    door.permissions = ()  # type: ignore[attr-defined]
    return door


def permissions_of(view: object) -> tuple[Permission, ...] | None:
    """What a view requires: () for public, None when nobody has said (and so it is refused)."""
    permissions: tuple[Permission, ...] | None = getattr(view, "permissions", None)
    if permissions is None and getattr(view, "__module__", "").startswith(("allauth.account", "django.views.static")):
        return ()
    return permissions


class AccessMiddleware:
    """Refuses any view on which nobody has said who may come in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        if permissions_of(view) is None:
            raise PermissionDenied("Nobody has said who may open this page. Tell your system administrator.")
        return None
