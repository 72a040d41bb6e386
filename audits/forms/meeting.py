"""What the meeting page sends: a mark, a note, a grade with its words, or a whole step where there are no scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms

from audits.desk import Desk, Field
from audits.points import Point, Section, stamp
from qualitycounts.refusals import Refused

OPEN_AGAIN = "This page was not sent whole. Copy what you typed, open the page again and paste it."


class Words(forms.CharField):
    """Text as it was typed, with one kind of line end, so that the same words are always the same."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        """The text; browsers send line ends as CR LF."""
        return plain(super().to_python(value) or "")


class VersionForm(forms.Form):
    """A save of one field, with the version that the page had."""

    version = forms.IntegerField(min_value=0, error_messages={"required": OPEN_AGAIN, "invalid": OPEN_AGAIN})


class MarkForm(VersionForm):
    """One mark, and a line of what was seen."""

    value = Words()
    seen = Words()


class NoteForm(VersionForm):
    """One box: its choice, its text, or both."""

    choice = Words()
    text = Words()


class ProposeForm(forms.Form):
    """One chair's grade and why."""

    grade = forms.CharField(error_messages={"required": "Choose the grade you propose."})
    words = Words()


class OfferForm(forms.Form):
    """The grade the two have come to, and why it stands where the marks do not sit easily with it."""

    grade = forms.CharField(error_messages={"required": "Choose the grade that you both agree."})
    clash_why = Words()


class ConfirmForm(forms.Form):
    """The grade on offer, as the page showed it."""

    grade = forms.CharField(error_messages={"required": OPEN_AGAIN})


class WhyForm(forms.Form):
    """A reason; the rule says what it is for."""

    why = Words()


def plain(text: str) -> str:
    """One kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def whole(text: str | None) -> int:
    """A whole number out of an address or a form; 0 for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


@dataclass(frozen=True, slots=True)
class Typed:
    """One field of a step that its sender touched: a mark and what was seen, or a choice and a text."""

    key: str
    first: str
    second: str
    version: int


def typed_in(desk: Desk, data: Mapping[str, str]) -> list[Typed]:
    """The fields of a step that were touched since the page was made; what was left alone is not sent again.

    Refused (422) where a field came without the stamp it was made with.
    """
    found = []
    for key, names in names_of(desk).items():
        first, second = (plain(data.get(name, "")) for name in names)
        was = data.get(f"{key}-was")
        if was is None:
            raise Refused(OPEN_AGAIN)
        version = whole(was.partition(".")[0])
        if stamp(version, first, second) != was:
            found.append(Typed(key, first, second, version))
    return found


def names_of(desk: Desk) -> dict[str, tuple[str, str]]:
    """The two names under which each field of the step is sent, by its key."""
    marks = {point.key: (point.key, f"{point.key}-seen") for point in desk.points}
    return marks | {field.key: (f"{field.key}-choice", field.key) for field in desk.fields}


def with_typed(desk: Desk, refused: Mapping[str, tuple[Typed, Refused]]) -> Desk:
    """The desk with what was typed in the fields that were refused, beside what the record says now."""

    def point(one: Point) -> Point:
        if one.key not in refused:
            return one
        typed, why = refused[one.key]
        theirs = getattr(why, "current", "")
        return replace(one, value=typed.first, seen=typed.second, problem=why.sentence, theirs=theirs)

    def box(one: Field) -> Field:
        if one.key not in refused:
            return one
        typed, why = refused[one.key]
        theirs = getattr(why, "current", "")
        return replace(one, choice=typed.first, text=typed.second, problem=why.sentence, theirs=theirs)

    def section(one: Section) -> Section:
        return replace(one, points=tuple(map(point, one.points)), others=tuple(map(point, one.others)))

    return replace(desk, sections=tuple(map(section, desk.sections)), fields=tuple(map(box, desk.fields)))
