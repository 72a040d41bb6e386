"""Handing over a file and pressing on through the page that asks which column is which, as a browser would."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


def hand_over_file(client: Client, data: bytes, name: str, *, kind: str = "cases", day: str = "30 11 2026") -> str:
    """Upload a file; returns the page that one is sent to."""
    parts = dict(zip(("as_at_0", "as_at_1", "as_at_2"), day.split(), strict=True))
    sent = client.post(reverse("register-import"), {"kind": kind, "file": SimpleUploadedFile(name, data), **parts})
    assert sent.status_code == 302, sent.content.decode()
    return sent["Location"]


def form_of(client: Client, page: str) -> dict[str, Any]:
    """What the page of columns holds when it is opened: each select with what is chosen in it."""
    form = client.get(page).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def go_on(client: Client, page: str, *, keep: str = "", **chosen: str) -> HttpResponse:
    """Press on with what stands there, but for what is `chosen`; with a name to keep it by."""
    data = form_of(client, page) | chosen
    return client.post(page, data | {"name": keep, "then": "keep" if keep else "go"})
