"""How far a long job is, said by row to whoever waits for it, while nothing of it is kept yet.

Whoever starts the job says who is told (`told`); what goes through rows only counts them (`counted`), and costs nothing
where nobody is. A page reads what a job of its own last said by a token that it made up (`said_to`, `last_said`): the
database knows nothing of the job before it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TypeVar

from django.core.cache import cache
from django.http import HttpRequest

Row = TypeVar("Row")
Teller = Callable[[str], None]
STEP = 1_000
"""Rows between two tellings."""
KEPT_SECONDS = 120
LONGEST_TOKEN = 40
_teller: ContextVar[Teller | None] = ContextVar("teller", default=None)


@contextmanager
def told(teller: Teller) -> Iterator[None]:
    """Tell `teller`, in a few words, how far every job within is."""
    token = _teller.set(teller)
    try:
        yield
    finally:
        _teller.reset(token)


def counted(rows: Iterable[Row], what: str, total: int = 0) -> Iterable[Row]:
    """The rows as they are, told as they go by: "2,000 of 20,000 rows read", for `what` "rows read"."""
    return rows if _teller.get() is None else _counted(rows, what, total)


def _counted(rows: Iterable[Row], what: str, total: int) -> Iterator[Row]:
    """Hand the rows on, and tell after each step."""
    for number, row in enumerate(rows, 1):
        yield row
        if number % STEP == 0:
            say_progress(what, number, total)


def say_progress(what: str, number: int, total: int = 0) -> None:
    """Tell how many rows are done, of how many where that is known."""
    teller = _teller.get()
    if teller is not None:
        teller(f"{number:,} of {total:,} {what}" if total else f"{number:,} {what}")


def told_to(request: HttpRequest) -> AbstractContextManager[None]:
    """Tell the page that sent a form how far its job is, where it sent a token to ask by."""
    token = request.POST.get("progress", "")
    if not (request.user.pk and token.isalnum() and len(token) <= LONGEST_TOKEN):
        return nullcontext()
    return told(said_to(request.user.pk, token))


def said_to(user: int, token: str) -> Teller:
    """A teller whose last words the page of one person reads by its own token."""
    return lambda words: cache.set(f"progress:{user}:{token}", words, KEPT_SECONDS)


def last_said(user: int, token: str) -> str:
    """What a job of this person's last said under a token; "" where it has said nothing."""
    return str(cache.get(f"progress:{user}:{token}", ""))
