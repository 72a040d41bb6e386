"""A query whose SQL is kept gives what the query itself gives, for whatever it is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, Q, QuerySet

from people.models import Membership, User
from people.roles import Role
from qualitycounts.base.kept_query import KeptQuery, set_prefetched
from tests.factories import Council


def held(pk: int, role: str) -> QuerySet[Membership]:
    """What is kept: a join, a comparison with text, an annotation that asks for the person again."""
    names = User.objects.filter(pk=pk).exclude(name="")
    rows = Membership.objects.filter(Q(user=pk), role=role, starts_on__gt=date(1990, 1, 1))
    return rows.select_related("user").annotate(named=Exists(names)).order_by()


def test_it_gives_the_rows_of_each_value_with_what_hangs_on_them(
    council: Council, django_assert_num_queries: Any
) -> None:
    kept = KeptQuery(held, int, str)
    for user, role in ((council.auditor, Role.AUDITOR), (council.qa_officer, Role.QA_OFFICER)):
        with django_assert_num_queries(1):
            rows = kept.ask(user.pk, role)
            assert [row.user.name for row in rows] == [user.name]
        assert rows == list(held(user.pk, role))
        assert [getattr(row, "named", None) for row in rows] == [True]
    assert kept.ask(council.auditor.pk, Role.QA_OFFICER) == []


def test_its_sql_is_written_once(council: Council, monkeypatch: Any) -> None:
    kept = KeptQuery(held, int, str)
    monkeypatch.setattr(type(kept.written[0]), "as_sql", None)
    assert [row.user for row in kept.ask(council.auditor.pk, Role.AUDITOR)] == [council.auditor]


def test_what_was_read_already_is_there_as_after_a_prefetch(council: Council, django_assert_num_queries: Any) -> None:
    everybody = User.objects.order_by("pk")
    prefetched = [set(user.memberships.all()) for user in everybody.prefetch_related("memberships")]
    rows, held = list(everybody), list(Membership.objects.all())
    with django_assert_num_queries(0):
        set_prefetched(rows, User.memberships.rel, held)
        assert [set(user.memberships.all()) for user in rows] == prefetched
        assert [user.memberships.count() for user in rows] == [len(each) for each in prefetched]
    assert any(prefetched)
    for user, own in zip(rows, prefetched, strict=True):
        with django_assert_num_queries(1):
            assert set(user.memberships.filter(pk__gt=0)) == own, "asked further, it asks for its own alone"


def test_columns_are_given_as_they_are_asked_for(council: Council) -> None:
    def roles(pk: int) -> QuerySet[Membership, tuple[str, int]]:
        return Membership.objects.filter(user=pk).order_by("pk").values_list("role", "user_id")

    assert KeptQuery(roles, int).ask(council.auditor.pk) == list(roles(council.auditor.pk)) != []
