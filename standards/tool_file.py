"""A tool for a theme as the file that loads it: the one that its draft gives, whole and always in the same form."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction

from qualitycounts.base.refusals import Refused
from standards import set_file
from standards.models import Tool
from standards.set_faults import day_in_file
from standards.tools import Answer, Asked, tool_faults

HEAD = {"slug": 50, "title": 120, "source": 0, "published_on": 10}
QUESTION = {"number": 0, "title": 80, "question": 0, "where_to_look": 0, "answer": 0, "scale": 0, "asked": 0}
"""What a file says of a tool and of each question, with the most characters; 0 where there is no bound."""
MAY_BE_EMPTY = ("source", "where_to_look")


def tool_as_file(tool: Tool) -> dict[str, Any]:
    """A published tool as its file has it."""
    return {
        "slug": tool.slug,
        "title": tool.title,
        "published_on": tool.published_on.isoformat(),
        "source": tool.source,
        "questions": tool.questions,
    }


def load_tool(data: bytes, *, on: date) -> tuple[Tool, bool]:
    """Load a published tool, or a draft's file, from JSON: it can be planned with at once. Returns it, and whether it
    is new. The same tool again changes nothing. `on` is the day it is published where the file names none.

    Refused (422) for a file that is no tool's, other words under a slug that is taken, and whole, with every fault
    named, for a tool that could not be published.
    """
    try:
        spec = json.loads(data)
        slug = str(spec["slug"])
        rows = spec["questions"]
    except (ValueError, TypeError, KeyError) as fault:
        raise Refused("That is not a tool’s file: it must be JSON with a slug, a title and questions.") from fault
    with transaction.atomic():
        there = Tool.objects.filter(slug=slug).first()
        if there is not None:
            published = {"published_on": there.published_on.isoformat()}
            if set_file.as_bytes(tool_as_file(there)) != bytes_of(spec | published):
                raise Refused(f"A tool called {slug} is published with other words. Give the new one its own slug.")
            return there, False
        if faults := [*shape_faults(spec, rows)] or tool_faults(spec):
            raise Refused(f"That tool was not loaded. {' '.join(faults)}")
        return create_tool({"published_on": on.isoformat(), **spec}), True


def bytes_of(spec: dict[str, Any]) -> bytes:
    """The bytes of a tool's file; b"" where there is something in it that no file has."""
    try:
        return set_file.as_bytes(spec)
    except ValueError:
        return b""


def create_tool(spec: dict[str, Any]) -> Tool:
    """Write a tool's row, from a file without a fault and with the day it is published."""
    return Tool.objects.create(
        slug=spec["slug"],
        title=spec["title"],
        source=spec["source"],
        questions=spec["questions"],
        published_on=date.fromisoformat(spec["published_on"]),
        file_hash=hashlib.sha256(set_file.as_bytes(spec)).hexdigest(),
    )


def shape_faults(spec: dict[str, Any], rows: object) -> Iterator[str]:
    """What keeps a file from being read as a tool's at all, every fault in a sentence."""
    yield from texts_faults("The tool", spec, {**HEAD, "questions": 0}, ("questions", "published_on"))
    if not re.fullmatch(r"[-\w]{1,50}", str(spec["slug"]), re.ASCII):
        yield "The slug must be 1 to 50 letters, numbers and hyphens."
    if "published_on" in spec and day_in_file(spec["published_on"]) is None:
        yield "“published_on” must be a date like 2026-09-01."
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield "“questions” must be a list of questions."
        return
    for number, row in enumerate(rows, 1):
        name = f"Question {number}"
        yield from texts_faults(name, row, QUESTION, ("number", "scale"))
        if row.get("number") != number:
            yield f"{name} must have the number {number}."
        if row.get("answer") not in Answer.values:
            yield f"{name} is answered by one of {', '.join(Answer.values)}."
        if row.get("asked") not in Asked.values:
            yield f"{name} is asked of one of {', '.join(Asked.values)}."
        scale = row.get("scale")
        if not isinstance(scale, list) or not all(isinstance(step, str) and step.strip() for step in scale):
            yield f"{name}: “scale” must be a list of words; empty where it has none."
        elif len(set(scale)) < len(scale):
            yield f"{name} has a step of its scale twice."


def texts_faults(name: str, row: dict[str, Any], known: dict[str, int], no_text: tuple[str, ...]) -> Iterator[str]:
    """Texts that must be there and not too long, and what stands there under a name that nothing reads."""
    for key in row:
        if key not in known:
            yield f"{name} has “{key}”, which is not read. What is read is {', '.join(known)}."
    for key, most in known.items():
        value = row.get(key)
        if key in no_text:
            continue
        if not isinstance(value, str) or not (value.strip() or key in MAY_BE_EMPTY):
            yield f"{name} has no “{key}”."
        elif most and len(value) > most:
            yield f"{name}: “{key}” has {len(value)} characters, and {most} are the most."
