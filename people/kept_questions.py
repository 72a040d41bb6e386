"""What one person is shown, by a question of the database whose SQL is kept while their rights stay the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, TypeVar

from django.db.models import QuerySet

from people import access, council_settings
from people.models import Membership, User
from qualitycounts.base.kept_queries import rows_of

OF_PERSON = [field.attname for field in User._meta.concrete_fields if field.name not in ("password", "last_login")]
OF_MEMBERSHIP = [field.attname for field in Membership._meta.concrete_fields]
R = TypeVar("R")


def rows_for(user: User | None, question: Callable[..., QuerySet[Any, R]], **given: Hashable) -> list[R]:
    """The rows of `question(user, **given)`. It may know what it is given, the person, the roles that they hold or are
    lent, the council's settings and the day; it may ask nothing of the database while it is built."""
    return rows_of(
        partial(question, user, **given), question.__module__, question.__qualname__, known_of(user), *given.items()
    )


def known_of(user: User | None) -> tuple[Hashable, ...]:
    """All that a question may know of a person today, and of the council's settings."""
    if user is None:
        return access.doorway_day(), tuple(council_settings.changes_made())
    own = tuple(getattr(user, name) for name in OF_PERSON)
    held = tuple(tuple(getattr(membership, name) for name in OF_MEMBERSHIP) for membership in access.with_lent(user))
    return access.doorway_day(), own, held, tuple(council_settings.changes_made())
