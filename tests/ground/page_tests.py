"""Which tests open pages: they name the framework's test client, or call what names it, at whatever remove."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from django.test import Client

_known: dict[Any, bool] = {}


def opens_pages(item: pytest.Item) -> bool:
    """Whether a test, or a fixture that it asks for, asks for a page as a browser does."""
    if not isinstance(item, pytest.Function):
        return False
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    functions = [item.function, *(each.func for several in fixtures for each in several)]
    return "client" in item.fixturenames or any(names_client(each) for each in functions)


def names_client(thing: Any) -> bool:
    """Whether a function or a class of the tests names the client, or another that does."""
    if thing is Client:
        return True
    if not isinstance(thing, FunctionType | type) or not str(thing.__module__).startswith("tests."):
        return False
    if thing not in _known:
        _known[thing] = False  # what calls itself is not asked again
        inside = vars(thing).values() if isinstance(thing, type) else named_by(thing)
        _known[thing] = any(names_client(each) for each in inside)
    return _known[thing]


def named_by(function: FunctionType) -> Iterator[Any]:
    """What a function names: of its module, and of the tests' modules that it names."""
    names = set(names_in(function.__code__))
    for name in names:
        thing = function.__globals__.get(name)
        if isinstance(thing, ModuleType) and thing.__name__.startswith("tests."):
            yield from (value for key, value in vars(thing).items() if key in names)
        else:
            yield thing


def names_in(code: CodeType) -> Iterator[str]:
    """The names in a function, and in those written inside it."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from names_in(each)
