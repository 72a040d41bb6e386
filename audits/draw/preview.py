"""What a draw would be made from, before it is made: the numbers, and how old the extract is that they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from audits.draw import draws as draw_draws
from audits.draw import frame, precision, tickets
from audits.draw.places import Arithmetic, Excluded, arithmetic, subtraction
from audits.models import Activity, Import
from people import council_settings
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import date_in_words

EXTRACT_DAYS = council_settings.Number(
    "extract_days",
    "Days after which an extract is old for a draw",
    "Draw and allocation",
    "Before a draw from an older extract, importing a new one is offered first. Ours.",
    default=28,
    least=1,
    most=120,
    unit="days",
)


@dataclass(frozen=True, slots=True)
class DrawPreview:
    """What a draw on this day would be made from. It says nothing about which cases: there is no seed yet."""

    title: str
    open_cases: int
    excluded: list[Excluded]
    arithmetic: Arithmetic
    sample: precision.SampleMargins
    as_at: date | None
    age: int | None

    @property
    def old(self) -> bool:
        """Whether importing comes first: the extract is old, or there is none."""
        return self.age is None or self.age > EXTRACT_DAYS.value()

    @property
    def button(self) -> str:
        """What the button says that draws."""
        drawn = self.arithmetic.drawn
        return f"Draw {drawn:,} case{'' if drawn == 1 else 's'}" + (" all the same" if self.old else "")

    @property
    def look(self) -> str:
        """How that button looks: grey where importing comes first."""
        return "secondary" if self.old else ""

    @property
    def from_words(self) -> str:
        """From which extract it would be drawn, and how old that is."""
        if self.as_at is None or self.age is None:
            return "No case extract was imported yet."
        days = "taken today" if self.age == 0 else f"{self.age} day{'' if self.age == 1 else 's'} old"
        return f"From the extract of {date_in_words(self.as_at)}, {days}."


def preview_draw(activity: Activity, *, size: int, on: date, at: datetime) -> DrawPreview:
    """The numbers of the frame and the places of each category, if one drew now. Refused (409) if it was drawn."""
    draw_draws.check_undrawn(activity)
    draw_frame = frame.build_frame(on, activity.narrow)
    as_at = extract_before(at)
    return DrawPreview(
        str(activity),
        draw_frame.open_cases,
        subtraction(on, draw_frame.excluded),
        arithmetic(size, tickets.stratum_shares(draw_frame.strata, size)),
        precision.margins_for(size=len(draw_frame.cases), on=on, asked=size),
        as_at,
        (day_of(at) - as_at).days if as_at else None,
    )


def extract_before(moment: datetime) -> date | None:
    """As at which day the case extract was that was in the register at a moment; None where there was none."""
    applied = Import.objects.filter(kind=Import.Kind.CASES, state=Import.State.APPLIED, applied__lte=moment)
    return applied.order_by("-applied").values_list("as_at", flat=True).first()
