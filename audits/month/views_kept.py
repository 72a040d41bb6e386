"""Views that somebody keeps of the board: its filters under a name, to come back to in any month."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404

from audits.models import SavedView
from people.models import User
from qualitycounts.base.refusals import NotNow, Refused, written

MOST = 20
LONGEST_NAME = 60


def keep_view(*, name: str, query: str, by: User) -> SavedView:
    """Keep filters under a name; the same name again is the new filters.

    Refused: no name or too long a one, or nothing to keep (422); too many kept (409).
    """
    words = written(name, "name", "Give the view a name, such as “Neglect, late”.", most=LONGEST_NAME)
    if not query:
        raise Refused("Narrow the board down first: every audit is there without a view.", "name")
    with transaction.atomic():
        if SavedView.objects.filter(user=by).exclude(name=words).count() >= MOST:
            raise NotNow(f"You keep {MOST} views. Take one away before you keep another.")
        view, _ = SavedView.objects.update_or_create(user=by, name=words, defaults={"query": query[:300]})
    return view


def forget_view(pk: int, *, by: User) -> str:
    """Take a view away and return its name. Missing (404) for anybody else’s."""
    view = SavedView.objects.filter(user=by, pk=pk).first()
    if view is None:
        raise Http404
    view.delete()
    return view.name
