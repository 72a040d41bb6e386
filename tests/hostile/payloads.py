"""Forty texts that try to do something where they are shown, and a database whose every text is made of them.

Each says `__ran(n)`: where it runs, n tells the field and the payload; where it is shown, n tells that it was there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from audits.models import Activity, Import
from reporting.models import Report
from reporting.reports.drafting import BLOCKS

PAYLOADS = (
    "<script>{0}</script>",
    "</script><script>{0}</script>",
    '"><script>{0}</script>',
    "'><script>{0}</script>",
    "</textarea><script>{0}</script>",
    "</title><script>{0}</script>",
    "</style></noscript></template><script>{0}</script>",
    "--><script>{0}</script>",
    "</option></select><script>{0}</script>",
    '<ScRiPt src="data:text/javascript,{0}"></sCrIpT>',
    "<img src=x: onerror={0}>",
    '" onfocus={0} autofocus tabindex=0 x="',
    "' onfocus={0} autofocus tabindex=0 x='",
    "<input autofocus onfocus={0}>",
    "<details open ontoggle={0}></details>",
    "<body onload={0} onpageshow={0}>",
    "<video><source onerror={0}></video>",
    '<style>@keyframes x{{}}</style><i style="animation-name:x" onanimationstart={0}></i>',
    '<iframe srcdoc="<script>{0}</script>"></iframe>',
    "<svg onload={0}></svg>",
    "<svg><script>{0}</script></svg>",
    "<svg><animate onbegin={0} attributeName=x dur=1s></animate></svg>",
    '<svg><a href="javascript:{0}"><text>x</text></a></svg>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x: onerror={0}&gt;'></table></math>",
    "javascript:{0}",
    " java\tscript:{0}",
    "data:text/html,<script>{0}</script>",
    '<a href="javascript:{0}">x</a>',
    '<form action="javascript:{0}"><button formaction="javascript:{0}">x</button></form>',
    '<meta http-equiv="refresh" content="0;url=javascript:{0}"><base href="javascript:{0}//">',
    '<object data="javascript:{0}"></object><embed src="javascript:{0}">',
    '{{{{ 7|add:"35000" }}}} {{% debug %}} {{{{ settings.SECRET_KEY }}}} {0}',
    '{{{{constructor.constructor("{0}")()}}}} ${{{0}}} `${{{0}}}` <%= {0} %>',
    '<i hx-on::load="{0}" hx-on:htmx:load="{0}" data-hx-get="/hostile" hx-get="/hostile" hx-trigger="load"></i>',
    '<p style="background:url(/hostile)">}}</p><style>*{{background:url(/hostile)}}</style>{0}',
    "\u202egnp.\u2066{0}\u2069\u200f\u2028",
    "=cmd|'/C calc'!A0 {0}",
    "@SUM(1)*{0}",
    "x\r\nSet-Cookie: hostile=1\r\n\r\n<script>{0}</script>",
    '\\"}}],"x":{0}//\\u003cscript\\u003e{0}\\u003c/script\\u003e',
)
RAN = re.compile(r"__ran\((\d+)\)")


def payload(field: int, number: int) -> str:
    """One payload, which tells by its number the field that it was in."""
    return PAYLOADS[number].format(f"__ran({field * 100 + number})")


def every_payload(field: int, first: int) -> str:
    """All of them in one text, one after another, beginning with the `first`."""
    order = [(first + step) % len(PAYLOADS) for step in range(len(PAYLOADS))]
    return "\n".join(payload(field, number) for number in order)


NOT_WORDS = {
    **dict.fromkeys(
        ("slug", "field", "ref", "audit_ref", "act", "kind", "stage", "page", "roles", "code"), "a name of the code's"
    ),
    **dict.fromkeys(("choice", "who", "counted_since", "category", "applies_to"), "one of a few"),
    **dict.fromkeys(("key", "secret", "password", "digest", "hint", "mark", "session_data"), "made by the machine"),
    **dict.fromkeys(("seed", "ticket", "frame", "period", "cause", "facts"), "made by the machine, and read by it"),
    **dict.fromkeys(("calendar", "link"), "an address or a diary entry, made or checked by its form"),
    "email": "its form takes an address alone",
}
"""Fields that hold no words, whatever the model, and why."""
LIBRARIES = {"account", "auth", "contenttypes", "mfa", "sessions"}
MOST, MOST_OF_THE_GUIDE = 30, 6
"""Rows of a model that are made of payloads; of the guide few, whose texts stand side by side by the hundred."""


def texts_of(model: type[models.Model]) -> list[Any]:
    """The fields that hold words: none that is a choice of a few or the machine's own."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not (field.choices or field.primary_key or field.name in NOT_WORDS or "hash" in field.name)
    ]


def all_texts() -> dict[str, Any]:
    """Every field of our own models that holds words, by its place in the list of all."""
    ours = [model for model in apps.get_models() if model._meta.app_label not in LIBRARIES]
    return {f"{model.__name__}.{field.name}": field for model in ours for field in texts_of(model)}


def with_prose(value: Any, texts: Iterator[str]) -> Any:
    """The same JSON, with the next of `texts` for every string of several words."""
    if isinstance(value, dict):
        return {key: with_prose(part, texts) for key, part in value.items()}
    if isinstance(value, list):
        return [with_prose(part, texts) for part in value]
    return next(texts) if isinstance(value, str) and " " in value.strip() else value


def fill_database() -> dict[str, int]:
    """Make every text of every row of payloads, where the database's own rules let it; how many rows took each."""
    took = dict.fromkeys(all_texts(), 0)
    places = {name: place for place, name in enumerate(took)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
    Import.objects.update(closing=1)
    Activity.objects.update(agencies=["a school"], questions=["a question"])
    Report.objects.update(blocks=dict.fromkeys(BLOCKS, "some words"))
    for model in apps.get_models():
        if model._meta.app_label in LIBRARIES:
            continue
        fields = texts_of(model)
        most = MOST_OF_THE_GUIDE if model._meta.app_label == "standards" else MOST
        for row in model._default_manager.order_by("-pk")[:most] if fields else ():
            new = {field.name: hostile_value(row, field, places[f"{model.__name__}.{field.name}"]) for field in fields}
            for name in update(row, {name: value for name, value in new.items() if value is not None}):
                took[f"{model.__name__}.{name}"] += 1
    return took


def hostile_value(row: models.Model, field: Any, place: int) -> Any:
    """What the field is to hold: other payloads first in each row, and in JSON one for each string of words."""
    first = hash(row.pk) + place
    was = getattr(row, field.attname)
    each = (payload(place, (first + step) % len(PAYLOADS)) for step in count())
    if field.name == "content" and isinstance(was, str):
        return json.dumps(with_prose(json.loads(was), each))
    if isinstance(field, models.JSONField):
        new = with_prose(was, each)
        return None if new == was else new
    text = every_payload(place, first)
    return f"{text}{row.pk}" if field.unique else text


def update(row: models.Model, new: dict[str, Any]) -> list[str]:
    """Write them all at once; where a rule of the database refuses that, one by one. The fields that were written."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    written = []
    for part in (new, *({name: value} for name, value in new.items())):
        with suppress(IntegrityError), transaction.atomic():
            if part:
                rows.update(**part)
            written += part
            if part is new:
                break
    return written
