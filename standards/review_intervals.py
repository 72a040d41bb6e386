"""How often each kind of plan is reviewed: by law or statutory guidance where they say so, else as the council has set.

Strategy, guide, standard 4: all plans are reviewed in line with statutory duties and guidance. The law is fixed here:
looked-after children by the Care Planning, Placement and Case Review (England) Regulations 2010, child protection plans
by Working Together to Safeguard Children, pathway plans by the Care Leavers (England) Regulations 2010.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from people import council_settings
from standards import categories
from standards.categories import Category
from standards.models import FactKind


def _months(slug: str, plan: str) -> council_settings.Number:
    return council_settings.Number(
        slug,
        f"Review of {plan}",
        "The meeting",
        f"The longest time from one review of {plan} to the next. It stands beside the questions on reviews, and marks "
        "nothing. Guidance says that such plans are reviewed regularly and leaves the time to the council. Ours.",
        default=3,
        least=1,
        most=12,
        unit="months",
    )


CHILD_IN_NEED_MONTHS = _months("child_in_need_review_months", "a child in need plan")
EARLY_HELP_MONTHS = _months("early_help_review_months", "an early help plan")


@dataclass(frozen=True, slots=True)
class ReviewInterval:
    """How often one kind of plan is reviewed (`what`), and who says so (`origin`); it stands beside questions as a date
    of the register does."""

    what: str
    origin: str
    kind: str = "review_interval"
    distance: str = ""

    def __str__(self) -> str:
        """The whole line: "Pathway plan: a review at least every 6 months (by law)"."""
        return f"{self.what} ({self.origin})"


BY_LAW = {
    Category.CLA: ReviewInterval(
        "Looked-after child: a review within 20 working days of coming into care, the next within 3 months, then each "
        "within 6 months",
        "by law",
    ),
    Category.CP: ReviewInterval(
        "Child protection plan: a review within 3 months of the initial conference, then each within 6 months",
        "statutory guidance",
    ),
    Category.CL: ReviewInterval("Pathway plan: a review at least every 6 months", "by law"),
}
SET_BY_COUNCIL = {
    Category.CIN: ("Child in need plan", CHILD_IN_NEED_MONTHS),
    Category.EH: ("Early help plan", EARLY_HELP_MONTHS),
}


def review_interval(category: str) -> ReviewInterval | None:
    """How often the plan of a child of this category is reviewed; None where nobody says."""
    row = categories.case_categories().by_code[category]
    base, months = Category(row.likes), row.review_months
    if months is None and base in BY_LAW:
        return BY_LAW[base]
    if months == 0:
        return None
    plan, setting = SET_BY_COUNCIL.get(base, (row.name, CHILD_IN_NEED_MONTHS))
    often = setting.in_words if months is None else setting.words(str(months))
    plan = row.name if row.is_own or row.is_renamed else plan
    return ReviewInterval(f"{plan}: a review at least every {often.removeprefix('1 ')}", "set by the council")


def intervals_beside(kinds: Iterable[str], category: str) -> tuple[ReviewInterval, ...]:
    """The interval, where a question names the date of the next review (`FactKind`) as what stands beside it."""
    interval = review_interval(category) if FactKind.NEXT_REVIEW in kinds else None
    return (interval,) if interval else ()
