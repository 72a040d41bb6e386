"""What the pages of an activity's tool show: what is to be answered, and what was, by question and in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import BooleanField, Case, Count, Q, Value, When
from django.http import Http404
from django.urls import reverse

from audits.models import Activity, ToolAnswer, ToolSheet
from audits.programme.findings import reads
from audits.programme.tool_sheets import (
    Respondent,
    answerer,
    check_reopen,
    finished_sheets,
    kept_answers,
    respondents_for,
    sheets_by_respondent,
)
from people.models import User
from qualitycounts.base.components import Cell, Table, TableRow
from qualitycounts.base.components import Value as Words
from qualitycounts.base.refusals import NotAllowed, allows
from qualitycounts.base.templatetags import qc
from standards.tools import ToolQuestion, questions_of

IN_WORDS = ("Answered in words", "Left out")


def counts_in_words(answers: Iterable[str], counts: Iterable[str]) -> str:
    """Each answer with how often it was given: Yes 12 · No 8."""
    return " · ".join(f"{answer} {count}" for answer, count in zip(answers, counts, strict=True))


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """How often each answer to one question was given, by whom ("" for auditors or observers)."""

    agency: str
    who: str
    question: ToolQuestion
    counts: tuple[int, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """What is counted: the choices, or of a question in words whether it was answered."""
        return self.question.choices or IN_WORDS

    @property
    def asks(self) -> str:
        """The question with its number."""
        return f"{self.question.number}. {self.question.question}"

    @property
    def in_words(self) -> str:
        """Each answer with how often it was given."""
        return counts_in_words(self.columns, map(str, self.counts))


@dataclass(frozen=True, slots=True)
class WordsOf:
    """What was written of one question: of which case or practice, for whom, and the words."""

    about: str
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class ToolStanding:
    """An activity's tool on its page: what it asks, how much is answered, and the page to answer it, if it is one's."""

    title: str
    questions: list[ToolQuestion]
    finished: int
    whole: int
    url: str

    @property
    def in_words(self) -> str:
        """How much of what the person may answer is finished."""
        return f"{self.finished} of {self.whole} answered"


def tool_standing(activity: Activity, user: User) -> ToolStanding | None:
    """How the tool of an activity stands for this person; None where it has none."""
    if activity.tool is None:
        return None
    respondents = respondents_for(activity, user)
    finished = (
        {place for place, sheet in sheets_by_respondent(activity).items() if sheet.finished_at}
        if respondents
        else set()
    )
    return ToolStanding(
        activity.tool.title,
        questions_of(activity.tool),
        sum(respondent.places in finished for respondent in respondents),
        len(respondents),
        reverse("programme-answers", args=[activity.pk]) if respondents or reads(user) else "",
    )


@dataclass(frozen=True, slots=True)
class ToolAnswersPage:
    """All that the page of a tool's answers shows; the counts and words are for those who read every sheet."""

    sheets: Table
    reads_all: bool
    counts: list[Table]
    words: list[tuple[ToolQuestion, list[WordsOf]]]


def tool_answers_page(activity: Activity, user: User) -> ToolAnswersPage:
    """The answers of an activity's tool as this person sees them. Refused (`NotAllowed`, 403) for whoever has nothing
    to answer and does not read them; 404 where there is no tool."""
    if activity.tool is None:
        raise Http404
    respondents, whole = respondents_for(activity, user), reads(user)
    if not respondents and not whole:
        raise NotAllowed("Whoever answers it, the QA Team and the Principal Social Worker open this.")
    counts = counts_tables(answer_counts(activity)) if whole else []
    words = words_of_answers(activity) if whole else []
    return ToolAnswersPage(sheets_table(activity, respondents), whole, counts, words)


def answer_page(respondent: Respondent, sheet: ToolSheet | None, *, user: User) -> dict[str, Any]:
    """What the page of one sheet shows: its answers as they stand, and whether they can be taken up again."""
    return {
        "activity": respondent.activity,
        "respondent": respondent,
        "sheet": sheet,
        "stands": answers_to_read(respondent, sheet),
        "can_reopen": sheet is not None and allows(check_reopen, respondent, sheet, by=user),
    }


def sheets_table(activity: Activity, respondents: Sequence[Respondent]) -> Table:
    """What is to be answered, each with how it stands."""
    sheets = sheets_by_respondent(activity)
    rows = [
        TableRow(
            [
                Cell(Words(respondent.about, url=answer_address(respondent))),
                Cell(Words(respondent.who), "Who answers"),
                Cell(sheet_standing(sheets.get(respondent.places)), "Now"),
            ]
        )
        for respondent in respondents
    ]
    of = "Observation" if activity.kind == Activity.Kind.OBSERVATION else "Case"
    return Table("What is to be answered", [of, "Who answers", "Now"], rows)


def answer_address(respondent: Respondent) -> str:
    """The page on which it is answered."""
    return reverse("programme-answer", args=[respondent.activity.pk, respondent.of, respondent.key])


def sheet_standing(sheet: ToolSheet | None) -> Words:
    """How a sheet stands: not begun, begun by somebody, or finished."""
    if sheet is None:
        return Words("Not begun", quiet=True)
    if sheet.finished_at is None:
        return Words("Begun", f"{sheet.saved_by}, {qc.short_date(sheet.saved_at)}", tone="proposed")
    return Words("Finished", f"{sheet.finished_by}, {qc.short_date(sheet.finished_at)}", tone="agreed")


def answers_to_read(respondent: Respondent, sheet: ToolSheet | None) -> list[tuple[ToolQuestion, str, str]]:
    """Each question with what was chosen and written of it."""
    said = kept_answers(sheet) if sheet else {}
    rows = []
    for question in respondent.questions:
        choice, words = said.get(question.number, (None, ""))
        rows.append((question, question.choices[choice - 1] if choice else "", words))
    return rows


def answer_counts(activity: Activity, *, until: datetime | None = None) -> list[AnswerCounts]:
    """How each question was answered in the sheets that count, by who answered: one query."""
    if activity.tool is None:
        return []
    has_words = Case(When(~Q(words=""), then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = ToolAnswer.objects.filter(sheet__in=finished_sheets(activity, until=until)).order_by()
    given: defaultdict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    chosen = rows.values_list("sheet__agency", "number", "choice", has_words).annotate(Count("pk"))
    for agency, number, choice, said, count in chosen:
        given[agency][number, choice or (1 if said else len(IN_WORDS))] += count
    whole = {question.number: question for question in questions_of(activity.tool)}
    agencies = [agency for agency in ("", *activity.agencies) if agency in given]
    agencies += sorted(set(given) - set(agencies))
    return [
        AnswerCounts(
            agency,
            agency or f"{answerer(activity).removeprefix('The ').capitalize()}s",
            question,
            tuple(given[agency][number, place] for place in range(1, len(question.choices or IN_WORDS) + 1)),
        )
        for agency in agencies
        for number, question in whole.items()
        if question.is_asked_of(agency)
    ]


def counts_tables(counts: Sequence[AnswerCounts]) -> list[Table]:
    """The counts as tables: one for each who answers."""
    by_who = groupby(counts, key=lambda each: each.who)
    return [
        Table(who, ["Question", "Answers"], [TableRow([Cell(each.asks), Cell(each.in_words)]) for each in rows])
        for who, rows in by_who
    ]


def words_of_answers(activity: Activity) -> list[tuple[ToolQuestion, list[WordsOf]]]:
    """What was written of each question in the sheets that count: one query. For those who read every sheet."""
    if activity.tool is None:
        return []
    answers = ToolAnswer.objects.filter(sheet__in=finished_sheets(activity)).exclude(words="")
    answers = answers.select_related("sheet__audit", "sheet__finding__observed").order_by("sheet__finished_at", "pk")
    written: defaultdict[int, list[WordsOf]] = defaultdict(list)
    for answer in answers:
        sheet = answer.sheet
        respondent = Respondent(activity, sheet.agency, sheet.audit, sheet.finding)
        written[answer.number].append(WordsOf(respondent.about, respondent.who, answer.words))
    return [(each, written[each.number]) for each in questions_of(activity.tool) if written[each.number]]
