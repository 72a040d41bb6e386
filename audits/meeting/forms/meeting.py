"""What the meeting page sends: a mark, a note, a grade with its words, or a whole step where there are no scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms

from audits.meeting.criteria import CriteriaSection, CriterionRow, stamp
from audits.meeting.own_page import OwnSheetPage
from audits.meeting.page import MeetingPage
from audits.meeting.typed_fields import Field
from audits.models import slug_of
from qualitycounts.base.fields import OPEN_AGAIN, Words, whole_number, with_plain_line_ends
from qualitycounts.base.refusals import Refused


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


class StandsForm(forms.Form):
    """Why a settled grade stands, and what the page showed as standing against it."""

    stands_why = Words()
    against = forms.CharField(required=False, max_length=12)


class EndForm(forms.Form):
    """Why each of these grades stands, with what the page showed as standing against it; blank ones are left out."""

    def __init__(self, *args: Any, numbers: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = list(numbers)
        for number in self.numbers:
            self.fields[f"why-{slug_of(number)}"] = Words()
            self.fields[f"against-{slug_of(number)}"] = forms.CharField(required=False, max_length=12)

    def reasons(self) -> dict[int, tuple[str, str]]:
        """The reasons that were written, each with what it was written against."""
        said = self.cleaned_data
        return {
            number: (said[f"why-{slug}"], said[f"against-{slug}"])
            for number, slug in zip(self.numbers, map(slug_of, self.numbers), strict=True)
            if said[f"why-{slug}"].strip()
        }


class MeetingReasonForm(forms.Form):
    """A reason; the rule says what it is for."""

    why = Words()


@dataclass(frozen=True, slots=True)
class Typed:
    """One field of a step that its sender touched: a mark and what was seen, or a choice and a text."""

    key: str
    first: str
    second: str
    version: int


def typed_in(page: MeetingPage | OwnSheetPage, data: Mapping[str, str]) -> list[Typed]:
    """The fields of a step that were touched since the page was made; what was left alone is not sent again.

    Refused (422) where a field came without the stamp it was made with.
    """
    typeds = []
    for key, names in names_of(page).items():
        first, second = (with_plain_line_ends(data.get(name, "")) for name in names)
        was = data.get(f"{key}-was")
        if was is None:
            raise Refused(OPEN_AGAIN)
        version = whole_number(was.partition(".")[0])
        if stamp(version, first, second) != was:
            typeds.append(Typed(key, first, second, version))
    return typeds


def names_of(page: MeetingPage | OwnSheetPage) -> dict[str, tuple[str, str]]:
    """The two names under which each field of the step is sent, by its key."""
    marks = {point.key: (point.key, f"{point.key}-seen") for point in page.points}
    return marks | {field.key: (f"{field.key}-choice", field.key) for field in page.fields}


def with_typed(page: MeetingPage, refused: Mapping[str, tuple[Typed, Refused]]) -> MeetingPage:
    """The page with what was typed in the fields that were refused, beside what the record says now."""
    return replace(
        page,
        sections=typed_sections(page.sections, refused),
        both=replace(
            page.both,
            standards=tuple((sight, typed_sections(sections, refused)) for sight, sections in page.both.standards),
        ),
        fields=typed_fields(page.fields, refused),
    )


def typed_sections(
    sections: Iterable[CriteriaSection], refused: Mapping[str, tuple[Typed, Refused]]
) -> tuple[CriteriaSection, ...]:
    """The sections with what was typed for each point that was refused."""

    def point(criterion_row: CriterionRow) -> CriterionRow:
        if criterion_row.key not in refused:
            return criterion_row
        typed, why = refused[criterion_row.key]
        theirs = getattr(why, "current", "")
        return replace(criterion_row, value=typed.first, seen=typed.second, problem=why.sentence, theirs=theirs)

    return tuple(
        replace(section, points=tuple(map(point, section.points)), others=tuple(map(point, section.others)))
        for section in sections
    )


def typed_fields(fields: Iterable[Field], refused: Mapping[str, tuple[Typed, Refused]]) -> tuple[Field, ...]:
    """The boxes with what was typed in each that was refused."""

    def box(field: Field) -> Field:
        if field.key not in refused:
            return field
        typed, why = refused[field.key]
        theirs = getattr(why, "current", "")
        return replace(field, choice=typed.first, text=typed.second, problem=why.sentence, theirs=theirs)

    return tuple(map(box, fields))


class TakeForm(forms.Form):
    """What the page showed as needing no talk: each criterion with its mark, as "12:evidenced 13:partly"."""

    shown = forms.RegexField(
        r"^\d{1,9}:[a-z_]+( \d{1,9}:[a-z_]+)*$",
        max_length=4000,
        error_messages=dict.fromkeys(("required", "invalid"), OPEN_AGAIN),
    )

    def asked(self) -> dict[int, str]:
        """The mark of each criterion."""
        pairs = (each.partition(":") for each in self.cleaned_data["shown"].split())
        return {int(pk): value for pk, _, value in pairs}


class ProposeTogetherForm(forms.Form):
    """A grade and a sentence for each standard that is named; one without a grade is left for later."""

    def __init__(self, *args: Any, numbers: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = list(numbers)
        for number in self.numbers:
            self.fields[f"grade-{number}"] = forms.CharField(required=False)
            self.fields[f"words-{number}"] = Words()

    def asked(self) -> dict[int, tuple[str, str]]:
        """The grades that were picked, each with its sentence."""
        said = self.cleaned_data
        return {
            number: (said[f"grade-{number}"], said[f"words-{number}"])
            for number in self.numbers
            if said[f"grade-{number}"]
        }
