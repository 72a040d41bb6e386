"""Fields that several of these forms have: a few sentences, one of the standards, a person."""

from __future__ import annotations

from typing import Any

from django import forms

from audits.models import CASE_SLUG, number_of, slug_of
from people.models import User
from reporting.reports.drafting import LONGEST
from standards.standard_sets import all_numbers


def standard_choices() -> list[tuple[str, str]]:
    """None, or one of the numbers that standards have in any set."""
    return [("", "None in particular"), *((str(number), f"Standard {number}") for number in all_numbers())]


def words_field(label: str, hint: str = "", *, required: str = "", rows: int = 3) -> forms.CharField:
    """A box for a few sentences; `required` is what is said where it is empty."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(required),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required, "max_length": f"Say it in {LONGEST:,} characters or fewer."},
    )


class StandardField(forms.TypedChoiceField):
    """One of the standards by its number, or none; with `case` also the case as a whole (`CASE_NUMBER`)."""

    def __init__(self, *, label: str, case: bool = False, **kwargs: Any) -> None:
        whole = [(CASE_SLUG, "The case as a whole")] if case else []
        kwargs |= {"choices": lambda: standard_choices() + whole, "coerce": number_of}
        super().__init__(label=label, empty_value=None, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A stored number as the field calls it."""
        return slug_of(value) if isinstance(value, int) else value


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody who works here."""

    def __init__(self, *, label: str, **kwargs: Any) -> None:
        people = User.objects.filter(is_active=True, left_on=None).order_by("name")
        super().__init__(people, label=label, empty_label="Choose a person", **kwargs)

    def label_from_instance(self, obj: User) -> str:
        """The name with the job title, so that two of one name are told apart."""
        return obj.name_and_title
