"""Who imports what: the QA Team every list, and a system administrator the staff list, which holds no child."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from audits.models import Import
from audits.register import extracts
from audits.register.mapping.kept import kinds_for
from people.models import User


def visible_imports(user: User) -> QuerySet[Import]:
    """Every list of these kinds that was looked at or applied, the latest first, without their rows."""
    return extracts.imports().filter(kind__in=kinds_for(user))


def visible_import_or_404(user: User, pk: int) -> Import:
    """One of `visible_imports`, whole."""
    looked_at = extracts.import_or_404(pk)
    if looked_at.kind not in kinds_for(user):
        raise Http404
    return looked_at
