"""Every name that a field of a model has, each with a value that would be seen where it was taken."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models


@cache
def every_name() -> dict[str, str]:
    """Each field of each model, and each name under which a rule knows who and when."""
    names: dict[str, str] = {"pk": "1", "id": "1", "by": "1", "at": "2027-01-15", "user": "1", "role": "administrator"}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            names[field.name] = names[field.attname] = value_seen(field)
    return names


def value_seen(field: Any) -> str:
    """Something that fits the field and stands nowhere else."""
    if field.choices:
        return str(field.choices[-1][0])
    for kind, some in (
        (models.ForeignKey, "1"),
        (models.DateTimeField, "2027-01-15T10:00:00Z"),
        (models.DateField, "2027-01-15"),
        (models.BooleanField, "on"),
        (models.IntegerField, "7"),
        (models.DecimalField, "7"),
        (models.EmailField, "mass@example.gov.uk"),
        (models.JSONField, "[]"),
    ):
        if isinstance(field, kind):
            return some
    return "Mass assigned words"
