"""The feed of figures for analysts' tools, and the page on which its tokens are made and revoked."""

from __future__ import annotations

import base64
import binascii
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.access import SignedInRequest, public, requires
from people.roles import Role
from people.step_up import confirmed_for
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from qualitycounts.base.hourly import AN_HOUR, TooMany
from qualitycounts.base.refusals import Refused
from reporting.feed import figures, page, tokens
from reporting.feed.forms import TokenForm
from reporting.models import FeedToken
from reporting.reports import tidy_table

REALM = {"WWW-Authenticate": 'Basic realm="Quality Counts: the token is the password", charset="UTF-8"'}


@public
@require_safe
def figures_feed(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Every number of the reports that are out, for a tool with a token: JSON by the page, or CSV."""
    try:
        asked = figures.FeedQuestion.of(request.GET)
        tokens.open_feed(token_sent(request), asked=request.GET.urlencode(), at=clock.now())
    except Refused as refusal:
        return told(refusal)
    if kind == "csv":
        rows = figures.read_all(asked)
        return spreadsheets.download(name="audit-figures", kind="csv", columns=tidy_table.COLUMNS, rows=rows)
    read = figures.read_page(asked)
    following = request.GET.copy()
    following["page"] = str(read.page + 1)
    more = request.build_absolute_uri(f"{request.path}?{following.urlencode()}") if read.more else None
    answer = {"page": read.page, "next": more, "rows": list(tidy_table.as_records(read.rows))}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


def token_sent(request: HttpRequest) -> str:
    """The token of a question: as a Bearer, or as the password of a sign-in (Excel and Power BI call it Basic)."""
    way, _, sent = request.headers.get("Authorization", "").partition(" ")
    if way.lower() == "bearer":
        return sent.strip()
    if way.lower() != "basic":
        return ""
    try:
        return base64.b64decode(sent.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def told(refusal: Refused) -> HttpResponse:
    """What a tool is told that was refused: the sentence, in plain text."""
    headers = {"Cache-Control": "no-store"}
    if refusal.status == tokens.NoToken.status:
        headers |= REALM
    if refusal.status == TooMany.status:
        headers["Retry-After"] = str(AN_HOUR)
    kind = "text/plain; charset=utf-8"
    return HttpResponse(f"{refusal.sentence}\n", status=refusal.status, content_type=kind, headers=headers)


@requires(*tokens.KEEPERS)
@confirmed_for(Role.HEAD_OF_QA, Role.ADMINISTRATOR, to_read=False)
@require_http_methods(["GET", "HEAD", "POST"])
def feed_tokens(request: SignedInRequest) -> HttpResponse:
    """The tokens; POST makes one and shows it this once."""
    on, status = clock.today(), 200
    made: list[tuple[FeedToken, str]] = []
    form = TokenForm(typed(request), on=on)
    if request.method == "POST":
        rule = partial(tokens.make_token, by=request.user, at=clock.now())
        status = attempt(form, lambda: made.append(rule(**form.cleaned_data)))
        form = TokenForm(on=on) if status == TAKEN else form
    context = page.tokens_page(on=on) | {"form": form, "made": made[0] if made else None}
    return render(request, "reporting/feed/tokens.html", context, status=status)


@requires(*tokens.KEEPERS)
@confirmed_for(Role.HEAD_OF_QA, Role.ADMINISTRATOR)
@require_POST
def feed_token_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a token at once."""
    token = tokens.revoke_token(pk=pk, by=request.user, at=clock.now())
    messages.success(request, f"Revoked: {token.purpose}. It opens nothing any more.")
    return redirect("feed")
