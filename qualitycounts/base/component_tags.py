"""Tags that write a component of `templates/components/` from a few words. Loaded into every template by settings.

A block tag takes its text from between its two ends, so that a sentence may take several lines; whatever stands
there was escaped when it was written.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import get_template
from django.urls import reverse

register = template.Library()
LOOKS = {
    "secondary": "govuk-button--secondary",
    "warning": "govuk-button--warning",
    "alert": "qc-button--alert",
    "small": "qc-button--s",
    "full": "qc-button--full",
}
"""How a button may look, in the words of a template, and the class of each."""


def _component(name: str, **words: Any) -> str:
    """Write a component."""
    return get_template(name).render(words)


def _classes(look: str) -> str:
    """The classes of a button's look; a word that is none of them is a mistake in the template."""
    return "".join(f" {LOOKS[word]}" for word in look.split())


@register.simple_block_tag
def blank_slate(content: str, title: str, url: str = "", link: str = "") -> str:
    """Say what there is none of, and between the tags what will come and when; `url`, `link`: what to do about it."""
    return _component("components/empty.html", title=title, text=content, url=url, link=link)


@register.simple_block_tag
def card(content: str, title: str, url: str = "", link: str = "", soft: bool = False) -> str:
    """Put a short text into a card; `soft`: for advice and for what is empty."""
    return _component("components/card.html", title=title, text=content, url=url, link=link, soft=soft)


@register.simple_block_tag
def summary_row(content: str, key: str) -> str:
    """Write one row of a summary list by hand, where its value is more than words."""
    return _component("components/summary_row.html", key=key, content=content)


@register.inclusion_tag("components/back.html")
def back_to(text: str, route: str, *args: object) -> dict[str, Any]:
    """Link back to the page above, by its route's name."""
    return {"text": text, "url": reverse(route, args=args)}


@register.inclusion_tag("components/table_head.html")
def table_head(*columns: str, hidden: str = "", first_hidden: str = "") -> dict[str, Any]:
    """Name the columns of a table of records; `hidden`: a last column whose name is only read out."""
    return {"columns": columns, "hidden": hidden, "first_hidden": first_hidden}


@register.inclusion_tag("components/data_head.html")
def data_head(*columns: str) -> dict[str, Any]:
    """Name the columns of a table of numbers; a name that begins with # stands over numbers."""
    return {"columns": [(name.removeprefix("#"), name.startswith("#")) for name in columns]}


@register.inclusion_tag("components/submit.html")
def submit(
    text: str, look: str = "", *, aloud: object = "", once: bool = True, name: str = "", value: str = ""
) -> dict[str, Any]:
    """Write the button that sends a form. `look`: words of LOOKS; `once`: a second click at once is not sent."""
    return {"text": text, "css": _classes(look), "aloud": aloud, "once": once, "name": name, "value": value}


@register.inclusion_tag("components/link_button.html")
def link_button(text: str, url: str, look: str = "", *, aloud: object = "") -> dict[str, Any]:
    """Write a link that looks like a button."""
    return {"text": text, "url": url, "css": _classes(look), "aloud": aloud}


@register.simple_block_tag
def details(content: str, summary: str, *, open: object = False, bare: bool = False) -> str:  # noqa: A002 -- HTML's word
    """Hide what is between the tags behind a line that opens it; `bare`: without the bar at its side."""
    return _component("components/details.html", summary=summary, content=content, open=open, bare=bare)
