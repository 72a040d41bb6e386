"""Every address of the application, what its door asks, and what the grants say of it for each role.

`manage.py access_matrix` prints it, and a test walks it through the real pages.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from people.access import permissions_of
from people.roles import GRANTS, Permission, Role, Scope

ALLOW, DENY, SCOPED = "allow", "deny", "scoped"


@dataclass(frozen=True, slots=True)
class Door:
    """One address: its name, its route, the methods it answers, and what it asks; None where nobody has said."""

    name: str
    route: str
    methods: tuple[str, ...]
    permissions: tuple[Permission, ...] | None

    def answers(self) -> dict[str, str]:
        """What the grants say for each role."""
        return {role.value: answer(role, self.permissions) for role in Role}


def answer(role: Role, permissions: tuple[Permission, ...] | None) -> str:
    """Whether a role comes in everywhere (allow), to some records only (scoped), or not at all (deny)."""
    if permissions is None:
        return DENY
    held = [grant for permission in permissions if (grant := GRANTS[role].get(permission)) is not None]
    if not permissions or any(grant.scope == Scope.ALL and not grant.finalised for grant in held):
        return ALLOW
    return SCOPED if held else DENY


def doors() -> list[Door]:
    """Every address, in the order of the address book."""
    return list(walk(get_resolver().url_patterns))


def walk(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[Door]:
    """The addresses under some patterns, with those they include."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            view = pattern.callback
            yield Door(pattern.name or route, route, methods_of(view), permissions_of(view))


def methods_of(view: Any) -> tuple[str, ...]:
    """The methods a view answers: those of its `require_…`, or those its class has; none where it does not say."""
    while view is not None:
        allowed = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if allowed:
            return tuple(method for method in allowed if method != "HEAD")
        made_of = getattr(view, "view_class", None)
        if made_of is not None:
            return tuple(method.upper() for method in ("get", "post") if hasattr(made_of, method))
        view = getattr(view, "__wrapped__", None)
    return ()
