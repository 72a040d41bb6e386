"""The categories of cases: the strategy's five, as the council calls them, and those that it has added.

They are one of the council's settings, kept whole with every change of it. A code and a name belong to one category
for good, for what is out (draws, files, reports) is read by the names that stand in it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.db import models

from people import council_settings
from people.models import CouncilSetting

SLUG = "case_categories"
"""Under which the council's categories are kept beside its other settings."""


class Category(models.TextChoices):
    """The five categories of the strategy with its names, in the order of the pages. Also the strata of the draw."""

    CIN = "CIN", "Child in need"
    CP = "CP", "Child protection plan"
    CLA = "CLA", "Child looked after"
    CL = "CL", "Care leaver"
    EH = "EH", "Early help"


FIVE_HIGHEST_FIRST = (Category.CLA, Category.CP, Category.CIN, Category.CL, Category.EH)
"""Of two rows of one child in an extract, the one of the higher category is used."""


@dataclass(frozen=True, slots=True)
class CaseCategory:
    """One category: its code, its name, and `likes`, the one of the five whose questions it is asked at first.

    `review_months`: how often its plans are reviewed; None as those of `likes`, 0 where no law or council says.
    `former` are the names that it had. One that is not `in_use` takes no cases.
    """

    code: str
    name: str
    likes: str
    review_months: int | None = None
    in_use: bool = True
    former: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether the council has added it."""
        return self.code != self.likes

    @property
    def is_renamed(self) -> bool:
        """Whether it is one of the five under a name of the council's."""
        return not self.is_own and self.name != Category(self.code).label


@dataclass(frozen=True)
class Categories:
    """All categories there are or were, in the order of the pages."""

    rows: tuple[CaseCategory, ...]

    @cached_property
    def by_code(self) -> Mapping[str, CaseCategory]:
        """Each by its code."""
        return {row.code: row for row in self.rows}

    @cached_property
    def in_use(self) -> tuple[CaseCategory, ...]:
        """Those that cases may have."""
        return tuple(row for row in self.rows if row.in_use)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What each code is called now."""
        return {row.code: row.name for row in self.rows}

    @cached_property
    def codes_by_name(self) -> Mapping[str, str]:
        """The code of each name there is or was, folded."""
        return {fold_name(name): row.code for row in self.rows for name in (*row.former, row.name)}

    @cached_property
    def highest_first(self) -> tuple[str, ...]:
        """The codes in use, the highest first: the council's own each behind the one that it is like."""
        ranked = sorted(self.in_use, key=lambda row: (FIVE_HIGHEST_FIRST.index(Category(row.likes)), row.is_own))
        return tuple(row.code for row in ranked)

    def name_now(self, name: str) -> str:
        """What the category that is or was called `name` is called now; any other text as it is."""
        return self.names.get(self.codes_by_name.get(fold_name(name), ""), name)


def fold_name(name: str) -> str:
    """A name as names are compared: without case, one space between words."""
    return " ".join(name.split()).casefold()


FIVE = Categories(tuple(CaseCategory(each.value, str(each.label), each.value) for each in Category))


@lru_cache(maxsize=16)
def read_categories(text: str) -> Categories:
    """Categories as the council's setting stores them; the five where it has set nothing."""
    if not text:
        return FIVE
    return Categories(tuple(CaseCategory(**row | {"former": tuple(row["former"])}) for row in json.loads(text)))


def write_categories(rows: Iterable[CaseCategory]) -> str:
    """Return categories as the council's setting stores them."""
    names = CaseCategory.__dataclass_fields__
    return json.dumps([{name: getattr(row, name) for name in names} for row in rows], ensure_ascii=False)


def case_categories() -> Categories:
    """The categories as they are now. A page, a task and a streamed file read them once (`council_settings`)."""
    return read_categories(council_settings.in_force().get(SLUG, ""))


def case_categories_now() -> Categories:
    """The same, read afresh: for a rule that has locked what hangs on it."""
    changes = CouncilSetting.objects.filter(slug=SLUG).order_by("-number")
    return read_categories(changes.values_list("value", flat=True).first() or "")


def name_of(code: str) -> str:
    """What a category is called now."""
    return case_categories().names.get(code, code)


def base_of(code: str) -> str:
    """The one of the five that a category is like."""
    category = case_categories().by_code.get(code)
    return category.likes if category else code


def choices() -> list[tuple[str, str]]:
    """Every category to choose from, those out of use marked."""
    return [(row.code, row.name if row.in_use else f"{row.name} (not in use)") for row in case_categories().rows]


def names_in_words(codes: Collection[str]) -> str:
    """Categories as people say them, "child looked after, care leaver"; "" where it is every one in use."""
    categories = case_categories()
    if set(codes).issuperset(row.code for row in categories.in_use):
        return ""
    return ", ".join(categories.names[code].lower() for code in codes)
