"""What is typed as a recommendation, and in answer to each."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.utils.text import Truncator

from qualitycounts.base.fields import DayField, dress
from reporting.form_fields import PersonField, StandardField, words_field
from reporting.models import PlanItem, Recommendation, Report
from reporting.models.recommendation import Priority
from reporting.plan.recommendations import Wording
from reporting.plan.response import Answer


class RecommendationForm(forms.Form):
    """One recommendation of a draft."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label="What does it ask for?",
        choices=Recommendation.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it asks for."},
    )
    words = words_field(
        "What is recommended?", "One thing, in a sentence that says who does what.", required="Write it."
    )
    because = words_field(
        "Because", "The finding it rests on, with its figure: “No measure or date in 29 of 66”.", rows=2
    )
    standard = StandardField(label="Which figure should move?", case=True)

    def __init__(self, *args: Any, recommendation: Recommendation | None = None, **kwargs: Any) -> None:
        if recommendation is not None:
            names = ("version", "kind", "words", "because", "standard")
            kwargs["initial"] = {name: getattr(recommendation, name) for name in names}
            kwargs["prefix"] = f"r{recommendation.number}"
        super().__init__(*args, **kwargs)
        rows = ("version", Field.radios("kind", inline=True, small=True), "words", "because", Field.select("standard"))
        self.helper = dress(self, *rows)

    def wording(self) -> Wording:
        """What was typed."""
        data = self.cleaned_data
        return Wording(data["kind"], data["words"], data["because"], data["standard"])


def item_in_words(item: PlanItem) -> str:
    """How an item of the plan stands in a list to choose from."""
    return f"{item.ref}: {Truncator(item.what).words(14)}"


class ResponseForm(forms.Form):
    """The answer to each recommendation of a report, and a few words of one's own."""

    words = words_field("In your own words", "Two or three sentences. Readers look for them first.", rows=4)

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        self.recommended = list(report.recommended.all())
        initial: dict[str, object] = {"words": report.response}
        for recommendation in self.recommended:
            names = ("answer", "what", "owner", "by_on", "priority", "joins")
            initial |= {f"{name}_{recommendation.number}": getattr(recommendation, name) for name in names}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for recommendation in self.recommended:
            self._ask(recommendation.number)
        self.helper = dress(self, "words")

    def _ask(self, number: int) -> None:
        self.fields[f"answer_{number}"] = forms.ChoiceField(
            label="Response", choices=Recommendation.Answer.choices, widget=forms.RadioSelect, required=False
        )
        self.fields[f"what_{number}"] = words_field("What will be done, or why not", rows=2)
        self.fields[f"joins_{number}"] = forms.ModelChoiceField(
            PlanItem.objects.filter(state=PlanItem.State.OPEN),
            label="Is it on the plan already?",
            help_text="If so its owner, date and priority stay, and the three questions below need no answer.",
            empty_label="No, it is new",
            required=False,
        )
        self.fields[f"joins_{number}"].label_from_instance = item_in_words  # type: ignore[attr-defined]
        self.fields[f"priority_{number}"] = forms.TypedChoiceField(
            label="How soon?",
            choices=Priority.choices,
            coerce=int,
            empty_value=None,
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields[f"owner_{number}"] = PersonField(label="Who", required=False)
        self.fields[f"by_on_{number}"] = DayField(what="the date", label="By when", required=False)

    @property
    def asked(self) -> list[tuple[Recommendation, Any]]:
        """Each recommendation with the layout of its own boxes."""
        boxes = []
        for recommendation in self.recommended:
            number = recommendation.number
            helper = dress(self)
            helper.layout = Layout(
                Field.radios(f"answer_{number}", inline=True, small=True),
                f"what_{number}",
                Field.select(f"joins_{number}"),
                Field.radios(f"priority_{number}", inline=True, small=True),
                Field.select(f"owner_{number}"),
                f"by_on_{number}",
            )
            boxes.append((recommendation, helper))
        return boxes

    def answers(self) -> list[Answer]:
        """What was typed of each."""
        data = self.cleaned_data
        return [
            Answer(
                recommendation.number,
                data[f"answer_{recommendation.number}"],
                data[f"what_{recommendation.number}"],
                data[f"owner_{recommendation.number}"],
                data[f"by_on_{recommendation.number}"],
                data[f"priority_{recommendation.number}"],
                data[f"joins_{recommendation.number}"],
            )
            for recommendation in self.recommended
        ]
