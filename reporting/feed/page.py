"""What the page of the feed shows: the tokens, how each stands, and what the headings mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse

from qualitycounts.base.templatetags import qc
from reporting.feed import tokens
from reporting.models import FeedToken
from reporting.reports import tidy_table


@dataclass(frozen=True)
class TokenLine:
    """One token: how it stands in words, and whether it may be ended."""

    token: FeedToken
    state: str
    open: bool


def token_lines(*, on: date) -> list[TokenLine]:
    """Every token with how it stands on a day: two questions, however many there are."""
    reading = set(tokens.people_offered(on).values_list("pk", flat=True))
    return [token_line(token, reads=token.person_id in reading, on=on) for token in tokens.all_tokens()]


def token_line(token: FeedToken, *, reads: bool, on: date) -> TokenLine:
    """How one token stands on a day: whether its person `reads` reports then."""
    if token.revoked_at is not None:
        return TokenLine(token, f"Revoked {qc.short_date(token.revoked_at)} by {token.revoked_by}", open=False)
    if on >= token.expires_on:
        return TokenLine(token, f"Ended {qc.short_date(token.expires_on)}", open=False)
    if not reads:
        return TokenLine(token, f"Opens nothing: {token.person} reads no reports now", open=True)
    return TokenLine(token, f"Holds until {qc.short_date(token.expires_on)}", open=True)


def tokens_page(*, on: date) -> dict[str, object]:
    """The tokens, the addresses to give to a tool, and the headings with their meanings."""
    addresses = [f"{settings.SITE_ADDRESS}{reverse(name)}" for name in ("feed-csv", "feed-json")]
    return {"lines": token_lines(on=on), "addresses": addresses, "headings": tidy_table.HEADINGS, "most": tokens.MOST}
