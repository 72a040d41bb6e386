"""Children and families on a page of their own: what they said, whom we did not hear, and what was done about it.

Words first, counts second. Those who speak may differ from those who do not, and the page says so; whom we did not hear
is as large on it as whom we heard. A month's report has no such page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from django.db.models import Count
from django.utils.safestring import SafeString

from audits.form_boxes import BOXES, FEEDBACK
from audits.models import Note
from reporting import one_line_charts
from reporting.control_chart import Share
from reporting.models import OUT, Evidence, Quotation, Recommendation, Tag
from reporting.periods import PeriodKind
from reporting.sections.bars import Bar, bars, figures_table, share_before, share_of
from reporting.sections.base import Figure, Window, as_flag, core, counted, finalised_between
from reporting.sections.elsewhere import Elsewhere, Said
from reporting.sections.grades import Grades
from reporting.sections.recommendations import Followed, followed_up
from reporting.sections.rows import rows_of
from reporting.sections.section import Figures, Section, Table, View
from reporting.sections.shares import Row
from reporting.sections.standards import Standards
from reporting.sections.themes import Quote, cleared_quotes
from standards.standard_sets import names_about, numbers_about

HEARD = "Core audits of the period by whether the child or family was asked what they think, and what came of asking."
WISHES = "Core audits of the period by how the record holds the child’s wishes and feelings, in the child’s words."
SPOKE_OF = (
    "Core audits whose note of the family’s feedback is tagged with the theme, of those in which they gave their view."
)
FAMILY = (Quotation.Speaker.CHILD, Quotation.Speaker.FAMILY)
TOLD_ELSEWHERE = (Evidence.Source.COMPLAINTS, Evidence.Source.SURVEY)
"""Sources in which children and families speak for themselves."""
WISHES_BOX = "record-wishes"
"""The box about the record whose standards speak of the child's and family's part in the work."""


@dataclass(frozen=True)
class Families(Section):
    """Whether families were asked and what came of it, how the record holds the child's wishes, what they spoke of,
    their words, and what became of what was recommended about their part in the work."""

    name = "families"
    key = "families"
    template = "reports/families.html"
    beside = ("families", "Children and families")

    heard: list[Figure]
    wishes: list[Figure]
    spoke_of: list[Figure] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    followed: list[Followed] = field(default_factory=list)

    @classmethod
    def count(cls, window: Window) -> Self | None:
        """The answers of the period and of the one before, the themes of the families' notes and the lines that were
        cleared: three queries; nothing of a month."""
        period = window.period
        if period.kind == PeriodKind.MONTH:
            return None
        now = finalised_between(period, period, "audit__")
        answers: Counter[tuple[str, str, bool]] = Counter()
        for slug, choice, is_now, n in (
            Note.objects.filter(
                counted("audit__"),
                core("audit__"),
                finalised_between(period.previous, period, "audit__"),
                slug__in=("feedback", "record-wishes"),
            )
            .exclude(choice="")
            .annotate(now=as_flag(now))
            .order_by()
            .values_list("slug", "choice", "now")
            .annotate(n=Count("pk"))
        ):
            answers[slug, choice, is_now] += n
        heard = _figures("feedback", HEARD, answers)
        tagged = (
            Tag.objects.filter(
                counted("audit__"), core("audit__"), now, note__slug="feedback", note__choice=FEEDBACK[0][0]
            )
            .order_by()
            .values_list("theme__name")
            .annotate(n=Count("audit", distinct=True))
            .order_by("-n", "theme__name")
        )
        return cls(
            heard=heard,
            wishes=_figures("record-wishes", WISHES, answers),
            spoke_of=[Figure(name, SPOKE_OF, n, heard[0].count) for name, n in tagged],
            quotes=cleared_quotes(period, speakers=FAMILY),
        )

    @classmethod
    def conclude(cls, window: Window, counted: Figures) -> Self | None:
        """What became of what the report before recommended about families' part in the work: two queries."""
        section = counted.get(cls)
        if section is None:
            return None
        before = window.period.previous
        theirs = numbers_about(WISHES_BOX, before.first, before.last)
        asked = Recommendation.objects.filter(report__period=str(before), report__state__in=OUT, standard__in=theirs)
        followed = followed_up(asked, rows_of(counted))
        return cls(section.heard, section.wishes, section.spoke_of, section.quotes, followed)

    def page(self, view: View) -> FamiliesPage | None:
        """The page; nothing where no family was asked and none spoke."""
        if not (self.heard and self.heard[0].of) and not self.quotes:
            return None
        figures = view.figures
        theirs = names_about(WISHES_BOX)
        rows = [row for row in figures.of(Standards).rows(figures) if row.name in theirs]
        said = [each for each in figures.of(Elsewhere).elsewhere if each.source in _labels()]
        core_audits = figures.of(Grades).core
        unrecorded = core_audits.finalised.count - (self.heard[0].of or 0) if core_audits and self.heard else 0
        return FamiliesPage(self, said, rows, [view.period.short, view.period.previous.short], max(0, unrecorded))

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Whom we heard, the child's wishes, and what families spoke of."""
        yield figures_table("families-heard", "Children and families: whom we heard", self.heard)
        yield figures_table("families-wishes", "The child’s wishes and feelings in the record", self.wishes)
        yield figures_table("families-themes", "What families spoke of", self.spoke_of)


@dataclass(frozen=True)
class FamiliesPage:
    """What the page shows."""

    families: Families
    said: list[Said]
    standards: list[Row]
    periods: list[str]
    unrecorded: int = 0

    @property
    def lead(self) -> str:
        """How many were heard: We heard 8 of 15 families."""
        share = share_of(self.families.heard[0])
        if not share.of:
            return "No audit of the period has recorded yet whether families were asked."
        if share.of == 1:
            return f"We {'heard' if share.count else 'did not hear'} the one family."
        if not share.count:
            return f"We heard none of {share.of:,} families."
        return f"We heard {share.count:,} of {share.of:,} families."

    @property
    def not_heard(self) -> str:
        """Whom we did not hear: We did not hear 7: 4 said no, 1 has not answered, 2 were not asked."""
        declined, waiting, not_asked = (figure.count for figure in self.families.heard[1:])
        whole = declined + waiting + not_asked
        parts = [
            (declined, f"{declined} said no"),
            (waiting, f"{waiting} {'has' if waiting == 1 else 'have'} not answered yet"),
            (not_asked, f"{not_asked} {'was' if not_asked == 1 else 'were'} not asked"),
        ]
        said = [f"We did not hear {whole:,}: {', '.join(words for n, words in parts if n)}."] if whole else []
        if self.unrecorded and share_of(self.families.heard[0]).of:
            audits = f"{self.unrecorded:,} more audit{'' if self.unrecorded == 1 else 's'}"
            said.append(f"{audits} {'does' if self.unrecorded == 1 else 'do'} not record whether anyone was asked.")
        return " ".join(said)

    @property
    def asked(self) -> list[tuple[str, Share, Share]]:
        """Whether they were asked and whether they were heard, now and before, each as a share."""
        asked, heard = self.families.heard[:3], self.families.heard[:1]
        return [
            (name, _together(some, share_of), _together(some, share_before))
            for name, some in (("Were asked", asked), ("Gave their view", heard))
        ]

    @property
    def strip(self) -> SafeString:
        """Whom we heard and whom we did not, drawn in one bar."""
        counts = [figure.count for figure in self.families.heard]
        names = [f"{figure.name.lower()} {figure.count}" for figure in self.families.heard]
        return one_line_charts.whom_we_heard(
            "heard", counts, f"Families: {', '.join(names)}.", "The table below has every count."
        )

    @property
    def wishes(self) -> list[Bar]:
        """How the record holds the child's wishes, with bars; none where nothing was answered."""
        return bars(self.families.wishes) if self.families.wishes and self.families.wishes[0].of else []

    @property
    def spoke_of(self) -> list[Bar]:
        """What families spoke of, with bars."""
        return bars(self.families.spoke_of)


def _together(figures: Sequence[Figure], share: Callable[[Figure], Share]) -> Share:
    """Several answers to one question as one share."""
    return Share(sum(share(figure).count for figure in figures), share(figures[0]).of)


def _labels() -> set[str]:
    return {str(source.label) for source in TOLD_ELSEWHERE}


def _figures(slug: str, definition: str, answers: Counter[tuple[str, str, bool]]) -> list[Figure]:
    """The answers to one question of the form, now and before."""
    choices = BOXES[slug].choices
    now, before = (sum(answers[slug, choice, is_now] for choice, _ in choices) for is_now in (True, False))
    return [
        Figure(label, definition, answers[slug, choice, True], now, answers[slug, choice, False], before)
        for choice, label in choices
    ]
