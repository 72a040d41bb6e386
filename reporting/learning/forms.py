"""What is typed about themes, evidence from elsewhere, the action plan and learning needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms
from django.http import QueryDict

from audits.models import Note
from qualitycounts.base.fields import DayField, dress, file_field
from reporting import periods
from reporting.form_fields import PersonField, StandardField, words_field
from reporting.learning import evidence
from reporting.models import Evidence, Quotation, Theme
from reporting.models.recommendation import Priority
from reporting.plan import items
from reporting.sections.event import MESSAGES
from reporting.themes.coding import ReadNote, offered
from standards import professional


def professional_field() -> forms.TypedChoiceField:
    """Which of Social Work England's standards something speaks to, if any."""
    return forms.TypedChoiceField(
        label="Social Work England’s standard",
        choices=[("", "None of them"), *professional.CHOICES],
        coerce=int,
        empty_value=None,
        required=False,
    )


class ThemeForm(forms.Form):
    """A new theme of the vocabulary."""

    name = forms.CharField(
        label="Name",
        max_length=80,
        error_messages={"required": "Give the theme a name, such as “No contingency plan”."},
    )
    side = forms.ChoiceField(
        label="Which side?",
        choices=Theme.Side.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a side."},
    )
    standard = StandardField(label="Standard")
    professional = professional_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        selects = Field.select("standard"), Field.select("professional")
        self.helper = dress(self, "name", Field.radios("side", small=True), *selects)


class TagForm(forms.Form):
    """The themes of one note."""

    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label="Themes", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offered: Sequence[Theme], held: Sequence[Theme], **kwargs: Any) -> None:
        kwargs["initial"] = {"themes": [theme.pk for theme in held]}
        super().__init__(*args, **kwargs)
        wanted = [theme for theme in offered if not theme.retired or theme in held]
        field = self.fields["themes"]
        field.choices = [(theme.pk, _named(theme)) for theme in wanted]  # type: ignore[attr-defined]
        self.helper = dress(self, Field.checkboxes("themes", small=True))


def _named(theme: Theme) -> str:
    return f"{theme} (S{theme.standard})" if theme.standard else str(theme)


class StepTagForm(forms.Form):
    """The themes of the notes of one step of a meeting; of those that the page had, where one was sent."""

    def __init__(self, data: QueryDict | None, *, reads: Sequence[ReadNote], vocabulary: list[Theme]) -> None:
        super().__init__(data)
        self.known = {theme.pk: theme for theme in vocabulary}
        shown = data.getlist("notes") if data is not None else [str(read.note.pk) for read in reads]
        self.reads = [read for read in reads if str(read.note.pk) in shown]
        for read in self.reads:
            fit = [theme for theme in offered(read.note, vocabulary) if not theme.retired or theme in read.tags]
            self.fields[f"n{read.note.pk}"] = forms.TypedMultipleChoiceField(
                choices=[(theme.pk, _named(theme)) for theme in fit],
                initial=[theme.pk for theme in read.tags],
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "One of these themes is not in the vocabulary. Open the page again."},
            )

    @property
    def rows(self) -> list[tuple[ReadNote, forms.BoundField]]:
        """Each note with its themes to tick."""
        return [(read, self[f"n{read.note.pk}"]) for read in self.reads]

    def chosen(self) -> dict[Note, list[Theme]]:
        """What was ticked, note by note."""
        return {read.note: [self.known[pk] for pk in self.cleaned_data[f"n{read.note.pk}"]] for read in self.reads}


class PickForm(forms.Form):
    """A line of a note, as it stands and as it may be read."""

    kind = forms.ChoiceField(
        label="What for?",
        choices=Quotation.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is for."},
    )
    message = forms.TypedChoiceField(
        label="Behind which message of the learning event?",
        help_text="For a line of a story alone. The lines of one message tell the story of one audit.",
        choices=[("", "Not a story"), *((number, f"Message {number}") for number in MESSAGES)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    line = words_field(
        "The line, word for word", "Copy it from the note.", required="Copy the line from the note.", rows=2
    )
    words = words_field(
        "As it may be read",
        "Take out names, places, ages and dates: nobody should know the child from it.",
        required="Write the line as it may be read.",
        rows=2,
    )
    speaker = forms.ChoiceField(label="Whose words?", choices=Quotation.Speaker.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(
            self, Field.radios("kind", small=True), Field.select("message"), "line", "words", Field.select("speaker")
        )


class PickAnswerForm(forms.Form):
    """What a family answered, as it may be read."""

    words = words_field(
        "As it may be read",
        "Take out names, places, ages and dates: nobody should know the child or the family from it.",
        required="Write the line as it may be read.",
        rows=3,
    )
    standard = StandardField(label="Which standard does it speak to?")

    def __init__(self, *args: Any, standards: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["standard"] = next(iter(standards), "")
        self.helper = dress(self, "words", Field.select("standard"))


class SettleForm(forms.Form):
    """Why a picked line is not to be used."""

    why = forms.CharField(required=False, max_length=400)


class EvidenceForm(forms.Form):
    """One finding from another source."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    source = forms.ChoiceField(label="Source", choices=Evidence.Source.choices)
    period = forms.ChoiceField(
        label="Quarter or month", help_text="A month for LADO and performance exceptions, which tell each month."
    )
    standard = StandardField(label="Which standard does it speak to?")
    says = forms.ChoiceField(
        label="What does it show?",
        choices=Evidence.Says.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it shows a strength or a worry."},
    )
    title = forms.CharField(
        label="Title", max_length=120, error_messages={"required": "Give it a title, such as “Complaints about delay”."}
    )
    words = words_field(
        "What was found?",
        "A few sentences. No names, and nothing that points to one child or one worker.",
        required="Write what was found, in a few sentences.",
    )
    number = forms.CharField(
        label="The number it rests on (optional)", help_text="Such as 7 of 31.", max_length=60, required=False
    )
    file = file_field("A report that shows it (optional)")

    def __init__(self, *args: Any, on: date, held: Evidence | None = None, **kwargs: Any) -> None:
        names = ("version", "source", "period", "standard", "says", "title", "words", "number")
        if held is not None:
            kwargs["initial"] = {name: getattr(held, name) for name in names}
        super().__init__(*args, **kwargs)
        offered = [str(period) for period in (*evidence.quarters(on), *evidence.months(on))]
        if held is not None and held.period not in offered:
            offered.append(held.period)
        self.fields["period"].choices = [(each, periods.parse(each).label) for each in offered]  # type: ignore[attr-defined]
        rows = (Field.select("source"), Field.select("period"), Field.select("standard"))
        self.helper = dress(
            self, "version", *rows, Field.radios("says", small=True), "title", "words", "number", "file"
        )

    def finding(self) -> evidence.Finding:
        """What was typed."""
        data = self.cleaned_data
        names = ("source", "period", "standard", "says", "title", "words", "number")
        return evidence.Finding(**{name: data[name] for name in names})


class WhyForm(forms.Form):
    """A reason."""

    why = forms.CharField(required=False, max_length=400)


class PlanForm(forms.Form):
    """A new item of the action plan."""

    what = words_field("What will be done?", required="Write what will be done.", rows=2)
    why = words_field("Why?", "The finding it answers.", rows=2)
    standard = StandardField(label="Which figure should move?", case=True)
    owner = PersonField(label="Owner", error_messages={"required": "Choose one owner."})
    due_on = DayField(what="the date", label="By when?")
    priority = forms.TypedChoiceField(label="Priority", choices=Priority.choices, coerce=int, initial=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(
            self, "what", "why", Field.select("standard"), Field.select("owner"), "due_on", Field.select("priority")
        )

    def item(self) -> items.Item:
        """What was typed."""
        data = self.cleaned_data
        names = ("what", "why", "standard", "owner", "due_on", "priority")
        return items.Item(**{name: data[name] for name in names})


class SayForm(forms.Form):
    """How an item goes; a new date only from those who keep the plan."""

    words = words_field(
        "How does it go?", "What was done since the last line, and what is next.", required="Write how it goes."
    )
    due_on = DayField(what="the new date", label="A new date (optional)", required=False)

    def __init__(self, *args: Any, keeps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not keeps:
            del self.fields["due_on"]
        self.helper = dress(self)


class EndForm(forms.Form):
    """How an item ends, and what shows it."""

    how = forms.ChoiceField(
        label="How does it end?",
        choices=[("finish", "It is done"), ("drop", "It is dropped")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it ends."},
    )
    words = words_field(
        "What shows that it made a difference?",
        "Did the figure move, and what is seen now on files? For one that is dropped, why.",
        required="Write what shows that it made a difference, or that it made none.",
    )

    def __init__(self, *args: Any, ended: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if ended:
            self.fields["how"].choices = [("reopen", "Open it again")]  # type: ignore[attr-defined]
            self.fields["words"].label, self.fields["words"].help_text = "Why is it opened again?", ""
        self.helper = dress(self, Field.radios("how", small=True), "words")


class NeedForm(forms.Form):
    """A learning need written down by hand."""

    words = words_field(
        "What needs to be learned, and by whom?", required="Write what needs to be learned, and by whom."
    )
    standard = StandardField(label="Standard")
    professional = professional_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, "words", Field.select("standard"), Field.select("professional"))


class AnswerForm(forms.Form):
    """What is offered for a learning need."""

    answer = words_field("What is offered, for whom and when?", required="Write what is offered, for whom and when.")
