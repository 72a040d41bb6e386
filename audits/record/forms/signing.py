"""Signing what was agreed, taking it up again, and finalising without a signature."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from audits.models import Audit
from qualitycounts.base.fields import OPEN_AGAIN, Words, dress
from standards import standard_sets

AGREES = (("yes", "I agree with what is written"), ("no", "I have seen it and do not agree"))


class SignForm(forms.Form):
    """The auditor's: exactly the content whose hash the page showed."""

    content_hash = forms.CharField(widget=forms.HiddenInput, error_messages={"required": OPEN_AGAIN})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)

    def said(self) -> dict[str, Any]:
        """What is signed, as the rule takes it."""
        return {"content_hash": self.cleaned_data["content_hash"]}


class KeyworkerSignForm(SignForm):
    """The keyworker's: with the choice to have seen it and not agree, in their own words."""

    agrees = forms.ChoiceField(
        label="Do you agree with it?",
        choices=AGREES,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you agree, or have seen it and do not agree."},
    )
    words = Words(
        label="If you do not agree, say with what",
        help_text="Your words stay with the audit. Not agreeing does not hold it up.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, "content_hash", Field.radios("agrees"), Field.textarea("words"))

    def said(self) -> dict[str, Any]:
        """What is signed, as the rule takes it."""
        agrees = self.cleaned_data["agrees"] == "yes"
        return super().said() | {"agrees": agrees, "words": "" if agrees else self.cleaned_data["words"]}


class ReopenForm(forms.Form):
    """Why the meeting is taken up again."""

    why = Words(label="Why do you take it up again?", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.textarea("why"))


class FinaliseForm(ReopenForm):
    """Why it is finalised without a signature."""

    why = Words(label="Why is it finalised without a signature?", widget=forms.Textarea(attrs={"rows": 2}))


class AdviceForm(forms.Form):
    """What the QA Team thinks."""

    advice = Words(
        label="Your advice to the two of them",
        help_text="What in the record speaks for which grade, and what would settle it.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.textarea("advice"))


class RuleForm(forms.Form):
    """The grade that stands, and why."""

    grade = forms.ChoiceField(
        label="The grade that stands",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the grade."},
    )
    why = Words(label="Why", widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = standard_sets.grade_choices(audit.standard_set)  # type: ignore[attr-defined]
        self.helper = dress(self, Field.radios("grade", small=True), Field.textarea("why"))
