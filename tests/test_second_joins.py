"""No question asks two things of two different rows by mistake: across a to-many relation each filter joins anew.

`steps.filter(escalation__steps__slug=…).exclude(escalation__steps__owner=…)` asks of one step what it should be, and of
any step of the same escalation whose it is: that once handed every step of an escalation to a re-audit's auditor.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from django.apps import apps

from tests.shape import PACKAGES, modules, nodes, place

pytestmark = pytest.mark.once
ASKS = ("filter", "exclude")
"""The calls of a queryset that narrow it."""


def to_many() -> set[str]:
    """The names by which a lookup crosses to many rows, but for those that are a plain field of another model too."""
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    many = {field.name for field in fields if field.one_to_many or field.many_to_many}
    return many - {field.name for field in fields if not (field.one_to_many or field.many_to_many)}


def crossings(call: ast.Call, many: set[str]) -> set[str]:
    """The to-many relations that the arguments of one call cross, each with the way to it."""
    lookups = [word.arg for part in (*call.args, *call.keywords) for word in keywords_in(part) if word.arg]
    lookups += [
        text.value
        for part in (*call.args, *[word.value for word in call.keywords])
        for named in ast.walk(part)
        if isinstance(named, ast.Call) and isinstance(named.func, ast.Name) and named.func.id == "F"
        for text in named.args
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    ]
    ways = [lookup.split("__") for lookup in lookups]
    return {"__".join(way[: place + 1]) for way in ways for place, name in enumerate(way) if name in many}


def keywords_in(part: ast.AST) -> Iterator[ast.keyword]:
    """A keyword argument, and those of the calls of Q in it: a call of a manager is a question of its own."""
    if isinstance(part, ast.keyword):
        yield part
        yield from keywords_in(part.value)
    elif isinstance(part, ast.Call):
        if isinstance(part.func, ast.Name) and part.func.id == "Q":
            for word in (*part.args, *part.keywords):
                yield from keywords_in(word)
    else:
        for child in ast.iter_child_nodes(part):
            yield from keywords_in(child)


def chain(call: ast.AST) -> Iterator[ast.Call]:
    """A call and those that it is chained to, the last first."""
    while isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        yield call
        call = call.func.value


def second_joins(source: str, many: set[str]) -> list[str]:
    """Each exclude across a to-many relation, and each chain that filters across the same one twice."""
    wrong = set()
    for node in nodes(source):
        seen: set[str] = set()
        for call in chain(node):
            if not isinstance(call.func, ast.Attribute) or call.func.attr not in ASKS:
                continue
            ways = crossings(call, many)
            wrong |= {f"line {call.lineno}: {way}" for way in ways if call.func.attr == "exclude" or way in seen}
            seen |= ways
    return sorted(wrong)


def test_no_queryset_joins_a_to_many_relation_a_second_time() -> None:
    """What belongs together is asked in one filter, and what must not be is asked by `~Exists`."""
    many = to_many()
    assert {"steps", "escalations", "actions", "memberships"} <= many
    found = {place(path): second_joins(path.read_text(encoding="utf-8"), many) for path in modules(*PACKAGES)}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("Audit.objects.filter(escalations__steps__slug=s).exclude(escalations__steps__owner=F('auditor'))", 2),
        ("Audit.objects.filter(escalations__steps__slug=s).filter(escalations__state='open')", 1),
        ("User.objects.exclude(Q(memberships__role=r))", 1),
        ("Audit.objects.filter(escalations__steps__slug=s, escalations__steps__state='open')", 0),
        ("Step.objects.filter(slug=s).exclude(owner=F('led_by'))", 0),
        ("User.objects.exclude(pk__in=Membership.objects.filter(role=r).values('user'))", 0),
        ("Audit.objects.filter(Exists(Step.objects.filter(slug=s)), escalations__state='open')", 0),
    ],
)
def test_the_question_that_finds_them_is_no_question_that_cannot_fail(source: str, count: int) -> None:
    assert len(second_joins(source, to_many())) == count
