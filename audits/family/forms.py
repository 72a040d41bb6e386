"""What is typed about a family's voice: who asks, whether they agree, what they answer, the questions, the letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from audits.family.answers import Answers
from audits.family.asking import askers_offered
from audits.family.letter import LONGEST_LETTER
from audits.models import Audit, FamilyAnswer, FamilyAsk, FamilyLetter, FamilyQuestion
from people.models import User
from qualitycounts.base.fields import Words, dress
from standards.models import Standard


class NameAskerForm(forms.Form):
    """Who is asked, and by whom."""

    speaker = forms.ChoiceField(
        label="Who is asked?",
        choices=FamilyAsk.Speaker.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say who is to be asked."},
    )
    asker = forms.ModelChoiceField(
        label="Who asks?",
        help_text="Somebody they can speak to freely: a participation officer, a reviewing officer or you. The "
        "keyworker where the child would speak to nobody else. Nobody who manages this work is in the list.",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose who asks.", "invalid_choice": "Choose somebody from the list."},
    )

    def __init__(self, *args: Any, audit: Audit, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asker"].queryset = askers_offered(audit, on=on)  # type: ignore[attr-defined]
        self.helper = dress(self, Field.radios("speaker", inline=True, small=True), Field.select("asker"))


class ConsentForm(forms.Form):
    """Whether the person agreed."""

    consent = forms.ChoiceField(
        label="Do they agree to be asked?",
        choices=FamilyAsk.Consent.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether they agreed."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.radios("consent"))


class FamilyForm(forms.Form):
    """The questions as they were put to one person: a scale where a question has one, and words. All may stay empty."""

    def __init__(self, *args: Any, answers: Sequence[FamilyAnswer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = [answer.question for answer in answers]
        rows: list[Any] = []
        for question in self.questions:
            scale, words = f"c{question.pk}", f"w{question.pk}"
            if question.scale:
                choices = [(str(place), text) for place, text in enumerate(question.scale, start=1)]
                self.fields[scale] = forms.TypedChoiceField(
                    label=question.text,
                    choices=choices,
                    coerce=int,
                    empty_value=None,
                    required=False,
                    widget=forms.RadioSelect,
                    error_messages={"invalid_choice": "Choose one of the answers offered."},
                )
                rows.append(Field.radios(scale))
            self.fields[words] = Words(
                label=f"Say more, if you like: {question.text}" if question.scale else question.text,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            rows.append(Field.textarea(words, rows=3))
        self.helper = dress(self, *rows)

    def said(self) -> Answers:
        """What was answered, as the rules take it."""
        return {
            question.pk: (self.cleaned_data.get(f"c{question.pk}"), self.cleaned_data[f"w{question.pk}"])
            for question in self.questions
        }


class RecordForm(FamilyForm):
    """The same, with how they answered, for whoever writes it down."""

    def __init__(self, *args: Any, answers: Sequence[FamilyAnswer], **kwargs: Any) -> None:
        super().__init__(*args, answers=answers, **kwargs)
        self.fields["way"] = forms.ChoiceField(
            label="How did they answer?",
            choices=[pair for pair in FamilyAsk.Way.choices if pair[0] != FamilyAsk.Way.LINK],
            widget=forms.RadioSelect,
            error_messages={"required": "Say how they answered."},
        )
        self.helper.layout.fields.insert(0, Field.radios("way", inline=True, small=True))


class QuestionForm(forms.Form):
    """One question of the council's."""

    text = forms.CharField(
        label="The question",
        help_text="As you would say it to a child. One thing at a time.",
        max_length=200,
        error_messages={"required": "Write the question.", "max_length": "Keep it to 200 characters."},
    )
    scale = Words(
        label="Answers to choose from",
        help_text="One a line, the best first. Leave it empty for words alone.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    standards = forms.MultipleChoiceField(
        label="Standards it speaks to",
        help_text="What is answered stands beside these in the meeting.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose standards of the guide that is in force."},
    )

    def __init__(
        self, *args: Any, standards: Sequence[Standard], question: FamilyQuestion | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standards"].choices = [  # type: ignore[attr-defined]
            (standard.key, f"{standard.number}. {standard.short_title}") for standard in standards if standard.key
        ]
        if question is not None:
            scale = "\n".join(question.scale)
            self.initial = {"text": question.text, "scale": scale, "standards": question.standards}
        self.helper = dress(self, "text", "scale", Field.checkboxes("standards", small=True))

    def asked(self) -> dict[str, Any]:
        """The question as the rules take it."""
        return self.cleaned_data | {"scale": self.cleaned_data["scale"].split("\n")}


class LetterForm(forms.Form):
    """What is said back, and what was done."""

    picked = forms.TypedMultipleChoiceField(
        label="What you told us",
        help_text="Pick what the letter says back to them.",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Pick at least one thing that they told us."},
    )
    done = Words(
        label="What we did about it",
        help_text=f"In plain words, as you would say it to them. No other person’s name. Up to {LONGEST_LETTER:,} "
        "characters.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(
        self, *args: Any, answers: Sequence[FamilyAnswer], letter: FamilyLetter | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(answer.pk, f"{answer.question.text} {answer.said}") for answer in answers]
        self.fields["picked"].choices = choices  # type: ignore[attr-defined]
        if letter is not None:
            self.initial = {"picked": letter.picked, "done": letter.done}
        self.helper = dress(self, Field.checkboxes("picked", small=True), "done")
