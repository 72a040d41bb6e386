"""Typed figures as the JSON that a report is frozen as, and back: also what an earlier version froze.

A key that is missing gets its field's default, else what is empty of its type; a key that nobody knows is passed over.
So a report that was issued always opens. docs/adr/0021-sections-of-a-report.md says why this is no library's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Stored = dict[str, Any]
"""What JSON holds of a dataclass: the one place where figures have no types."""
WHERE_HELD = {"where_held": True}
"""Marks a field that is None where it is not held, and then not written either."""
NO_LONGER_COUNTED = WHERE_HELD
"""Marks one that only earlier versions froze."""


def to_json(value: Any) -> Any:
    """A value as JSON holds it: dataclasses as objects by their fields' names, tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_json(getattr(value, each.name)) for each in fields(value) if _written(each, value)}
    if isinstance(value, list | tuple):
        return [to_json(each) for each in value]
    return value


def from_json(kind: type[T], stored: object) -> T:
    """A value of this type (a dataclass, a list or tuple of them, or a plain one) from what JSON holds of it."""
    read: Callable[[object], T] = _reader(cast(Any, kind))
    return read(stored)


def _written(each: Field[Any], owner: object) -> bool:
    return not each.metadata.get("where_held") or getattr(owner, each.name) is not None


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What reads a value of a type; looked up once a type, for a report holds thousands of values."""
    if NoneType in get_args(kind):
        inner = _reader(next(each for each in get_args(kind) if each is not NoneType))
        return lambda stored: None if stored is None else inner(stored)
    constructor = get_origin(kind) or kind
    if constructor in (list, tuple):
        entry = _reader(get_args(kind)[0])
        return lambda stored: constructor(entry(each) for each in stored or ())
    if is_dataclass(kind):
        return _reader_of_fields(kind)
    return lambda stored: constructor() if stored is None else stored


def _reader_of_fields(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {each.name: _reader(hints[each.name]) for each in fields(kind)}
    needed = [each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING]

    def read(stored: Mapping[str, Any] | None) -> Any:
        held = stored or {}
        values = {name: reader(held[name]) for name, reader in readers.items() if name in held}
        return kind(**{name: readers[name](None) for name in needed if name not in held}, **values)

    return read
