"""Who comes in, who does not, and what is said to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from people import notices, password_asks, trail
from people.first_sign_in import password_link
from people.models import Notice, PasswordAsk, TrailEntry
from qualitycounts.base import clock
from tests.factories import PASSWORD, Council
from tests.ground.emptying import empty_cache

SIGN_IN = "/accounts/login/"


def acts() -> list[str]:
    return list(TrailEntry.objects.values_list("act", flat=True))


def test_the_right_password_leads_to_my_work_and_leaves_an_entry(client: Client, council: Council) -> None:
    answer = client.post(SIGN_IN, {"login": council.auditor.email.upper(), "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert acts() == ["user.signed_in"]
    assert TrailEntry.objects.get().by == council.auditor
    assert trail.verify().ok


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Enter your e-mail address."),
        ({"login": "nobody"}, "Enter an e-mail address in the right form"),
        ({"login": "nobody@example.gov.uk", "password": "x"}, "do not go together"),
    ],
)
def test_a_mistake_answers_422_and_says_what_it_is(
    client: Client, council: Council, sent: dict[str, str], said: str
) -> None:
    answer = client.post(SIGN_IN, sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "There is a problem" in answer.content.decode()
    assert acts() == []


def test_an_unknown_address_and_a_wrong_password_read_the_same(client: Client, council: Council) -> None:
    unknown = client.post(SIGN_IN, {"login": "nobody@example.gov.uk", "password": "wrong"})
    wrong = client.post(SIGN_IN, {"login": council.auditor.email, "password": "wrong"})
    assert unknown.status_code == wrong.status_code == 422
    assert [str(error) for error in unknown.context["form"].non_field_errors()] == [
        str(error) for error in wrong.context["form"].non_field_errors()
    ]


def test_nobody_signs_up_or_keeps_addresses_here(client: Client, db: None) -> None:
    for name in ("account_signup", "account_email"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert client.get("/accounts/signup/").status_code == 404


def test_someone_who_has_left_is_told_so(client: Client, council: Council) -> None:
    council.auditor.left_on = clock.today()
    council.auditor.save()
    answer = client.post(SIGN_IN, {"login": council.auditor.email, "password": PASSWORD}, follow=True)
    assert answer.redirect_chain == [("/accounts/inactive/", 302)]
    assert "Your account is closed" in answer.content.decode()
    assert acts() == []


def test_someone_whose_last_day_is_today_still_comes_in(client: Client, council: Council) -> None:
    council.auditor.left_on = clock.today() + timedelta(days=1)
    council.auditor.save()
    answer = client.post(SIGN_IN, {"login": council.auditor.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_someone_who_leaves_while_signed_in_is_not_sent_round_in_a_circle(client: Client, council: Council) -> None:
    client.force_login(council.auditor)
    council.auditor.left_on = date(2026, 1, 1)
    council.auditor.save()
    answer = client.get(SIGN_IN + "?next=/")
    assert answer.status_code == 200
    assert not answer.wsgi_request.user.is_authenticated


def test_a_new_password_needs_the_old_one_and_is_in_the_trail(client: Client, council: Council) -> None:
    client.force_login(council.auditor)
    new = {"password1": "four calm otters swim", "password2": "four calm otters swim"}
    refused = client.post("/accounts/password/change/", {"oldpassword": "wrong"} | new)
    assert refused.status_code == 422
    assert "That is not the password you have now." in refused.content.decode()

    assert client.post("/accounts/password/change/", {"oldpassword": PASSWORD} | new).headers["Location"] == "/"
    council.auditor.refresh_from_db()
    assert council.auditor.check_password("four calm otters swim")
    assert acts() == ["user.password_set"]
    assert "otters" not in str(list(TrailEntry.objects.values()))


def test_asking_for_a_new_password_answers_the_same_for_a_stranger_who_gets_no_mail(
    client: Client, council: Council, mailoutbox: list[Any]
) -> None:
    said = []
    for email in (council.auditor.email, "stranger@example.gov.uk"):
        with CaptureQueriesContext(connection) as queries:
            answer = client.post("/accounts/password/reset/", {"email": email})
        work = [query["sql"].partition(" VALUES")[0] for query in queries]
        said.append((answer.status_code, answer["Location"], work))
    assert said[0] == said[1], "the same words, and the same work"
    assert Notice.objects.count() == len(mailoutbox) == 0, "who has the address is looked up by the worker"
    assert password_asks.answer_asks(at=clock.now()) == 2
    assert not PasswordAsk.objects.exists()
    notices.deliver_outbox(at=clock.now())
    [mail] = mailoutbox
    assert mail.to == [council.auditor.email]
    assert "works once, for an hour" in mail.body
    assert "/accounts/password/reset/key/" in mail.body
    assert "/password/reset/key/" not in Notice.objects.get().body


def test_a_mail_server_that_is_away_is_not_told_and_the_mail_is_tried_again(
    client: Client, council: Council, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for email in (council.auditor.email, "stranger@example.gov.uk"):
        assert client.post("/accounts/password/reset/", {"email": email}).status_code == 302
    password_asks.answer_asks(at=clock.now())
    assert notices.deliver_outbox(at=clock.now()) == 0
    waiting = Notice.objects.get()
    assert (waiting.to, waiting.mail, waiting.attempts) == (council.auditor, Notice.Mail.WAITING, 1)


def test_somebody_elsewhere_shuts_nobody_out_and_a_council_behind_one_address_comes_in(
    client: Client, council: Council, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.RATE_LIMITS_OF_SIGN_IN
    empty_cache()
    wrong, right = ({"login": council.auditor.email, "password": word} for word in ("wrong", PASSWORD))
    far = {"REMOTE_ADDR": "203.0.113.7"}
    said = [client.post(SIGN_IN, wrong, **far).content.decode() for _ in range(6)]
    assert ["Too many tries" in page for page in said] == [False] * 5 + [True]
    assert "Too many tries" in client.post(SIGN_IN, right, **far).content.decode()
    assert Client().post(SIGN_IN, right).status_code == 302, "the owner, from the council"
    assert [Client().post(SIGN_IN, right).status_code for _ in range(40)] == [302] * 40
    assert client.post(SIGN_IN, wrong).status_code == 422
    empty_cache()


def test_whoever_asks_a_sixth_time_in_an_hour_reads_the_same_and_sends_nobody_a_sixth_mail(
    client: Client, council: Council, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.RATE_LIMITS_OF_SIGN_IN
    empty_cache()
    now = clock.now()
    for minute in range(8):
        with time_machine.travel(now + timedelta(minutes=minute)):
            for email in (council.auditor.email, "stranger@example.gov.uk"):
                answer = client.post("/accounts/password/reset/", {"email": email})
                assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/reset/done/")
    password_asks.answer_asks(at=now + timedelta(minutes=8))
    assert Notice.objects.count() == 5
    with time_machine.travel(now + timedelta(minutes=61)):
        client.post("/accounts/password/reset/", {"email": council.auditor.email})
        password_asks.answer_asks(at=clock.now())
    assert Notice.objects.count() == 6
    empty_cache()


def test_a_link_sets_a_password_once(client: Client, council: Council) -> None:
    link = password_link(council.auditor, asked=True).split("8000")[1]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    new = {"password1": "four calm otters swim", "password2": "four calm otters swim"}
    assert client.post(form, new).status_code == 302
    assert "That link does not work any more" in Client().get(link, follow=True).content.decode()


@pytest.mark.parametrize(
    ("asked", "seconds", "works"),
    [(True, 3500, True), (True, 3700, False), (False, 3700, True), (False, 3 * 86_400 + 60, False)],
)
def test_a_link_that_was_asked_for_lives_an_hour_and_that_of_a_welcome_mail_three_days(
    client: Client, council: Council, asked: bool, seconds: int, works: bool
) -> None:
    link = password_link(council.auditor, asked=asked).split("8000")[1]
    with time_machine.travel(timedelta(seconds=seconds) + datetime.now(tz=UTC)):
        page = client.get(link, follow=True).content.decode()
    assert ("That link does not work any more" not in page) == works
