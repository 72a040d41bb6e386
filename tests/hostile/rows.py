"""A row of every model that the world has none of, made from the model itself, so that a new one is in it by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from audits.models import Audit, Case
from people.models import User
from tests.conftest import NOW, TODAY
from tests.hostile.payloads import LIBRARIES
from tests.world import World

NUMBERS = count(1)


def missing_rows(world: World) -> list[str]:
    """Make rows about the audits of ours for each model that has none; the models that stay empty."""
    empty = [
        model
        for model in apps.get_models()
        if model._meta.app_label not in LIBRARIES and not model._default_manager.exists()
    ]
    for _ in range(3):  # one may need a row of another
        empty = [model for model in empty if not make_rows(model, world)]
    return [model.__name__ for model in empty]


def make_rows(model: type[models.Model], world: World) -> int:
    """One row for each audit of ours, by each of a few people; how many the database took."""
    made = 0
    for audit in (world.ours.audit, world.ours.open_audit):
        for person in (world.council.auditor, world.council.qa_officer):
            made += any(made_row(model, audit, person, names) for names in choices_of_fields(model))
    return made


def choices_of_fields(model: type[models.Model]) -> Iterator[list[str]]:
    """Which fields to give a value: all; all but one; none but those that must have one; and one beside those."""
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key or field.has_default())]
    needed, free = ([field.name for field in fields if field.null is null] for null in (False, True))
    yield needed + free
    yield from ([name for name in needed + free if name != left_out] for left_out in free)
    yield needed
    yield from ([*needed, name] for name in free)


def made_row(model: type[models.Model], audit: Audit, person: User, names: list[str]) -> bool:
    """Whether the database took such a row."""
    try:
        with transaction.atomic():
            fields = {name: value(model._meta.get_field(name), audit, person) for name in names}
            model(**fields).save(force_insert=True)
    except (IntegrityError, LookupError, ValueError):
        return False
    return True


def value(field: Any, audit: Audit, person: User) -> Any:
    """Something that fits the field."""
    number = next(NUMBERS)
    if isinstance(field, models.ForeignKey):
        own = {Audit: audit, Case: audit.case, User: person}.get(field.related_model)
        return own or field.related_model._default_manager.order_by("pk")[0]
    if isinstance(field, models.SlugField):
        return "s1-worried"
    if field.choices:
        return field.choices[0][0]
    for kind, some in (
        (models.DateTimeField, NOW - timedelta(minutes=number)),
        (models.DateField, TODAY + timedelta(days=number)),
        (models.BooleanField, False),
        (models.IntegerField, 1),
        (models.DecimalField, 1),
        (models.JSONField, []),
        (models.BinaryField, b""),
        (models.EmailField, f"a{number}@example.gov.uk"),
        (models.GenericIPAddressField, "192.0.2.1"),
        (models.DurationField, timedelta(days=1)),
    ):
        if isinstance(field, kind):
            return some
    return f"w{number} x"[: field.max_length]
