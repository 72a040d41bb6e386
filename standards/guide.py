"""The guide as people read it: a set's standards with their sections, each point with those under it, and themes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import Http404
from django.utils.text import slugify

from standards import categories
from standards.models import Criterion, FactKind, Section, Standard, StandardSet
from standards.review_intervals import ReviewInterval, review_interval
from standards.standard_sets import in_force


@dataclass(frozen=True, slots=True)
class Theme:
    """A tag that points share, such as "voice of the child", and how many points carry it."""

    slug: str
    word: str
    size: int


def front(on: date) -> StandardSet:
    """The set in force with its grades, headline indicators and SMART questions. Refused (422) where none is loaded."""
    guide = in_force(on)
    prefetch_related_objects([guide], "descriptors", "indicators", "smart")
    return guide


def standards_of(guide: StandardSet) -> QuerySet[Standard]:
    """The standards of a set, each with how many points it asks (`asked`) and how many stand under those (`under`)."""
    points = "sections__criteria"
    return guide.standards.annotate(
        asked=Count(points, filter=Q(sections__criteria__parent=None)),
        under=Count(points, filter=Q(sections__criteria__parent__isnull=False)),
    )


def whole_guide(guide: StandardSet) -> QuerySet[Standard]:
    """The same with every section (`parts`), its points (`points`), and the points under each (`nested`)."""
    points = Criterion.objects.filter(parent=None).prefetch_related("nested")
    sections = Section.objects.prefetch_related(Prefetch("criteria", queryset=points, to_attr="points"))
    return standards_of(guide).prefetch_related(Prefetch("sections", queryset=sections, to_attr="parts"))


def standard_or_404(guide: StandardSet, number: int) -> Standard:
    """One standard of the set with all that is under it."""
    standard = whole_guide(guide).filter(number=number).first()
    if standard is None:
        raise Http404
    return standard


def intervals_of(standard: Standard) -> list[ReviewInterval]:
    """How often each kind of plan is reviewed, where a point of the standard asks for such a date."""
    points = [point for section in standard.parts for point in section.points]  # type: ignore[attr-defined]
    asks = any(FactKind.NEXT_REVIEW in point.facts for point in points)
    intervals = [review_interval(row.code) for row in categories.case_categories().in_use] if asks else []
    return list(dict.fromkeys(filter(None, intervals)))


def categories_by_criterion(guide: StandardSet) -> QuerySet[Criterion]:
    """The points of a set that stand on their own, in the order of the guide."""
    points = Criterion.objects.filter(section__standard__standard_set=guide, parent=None)
    return points.order_by("section__standard__number", "section__position", "position")


def themes(guide: StandardSet) -> list[Theme]:
    """The set's themes by name."""
    counted = Counter(tag for tags in categories_by_criterion(guide).values_list("tags", flat=True) for tag in tags)
    return [Theme(slugify(word), word, counted[word]) for word in sorted(counted, key=str.lower)]


def theme_or_404(guide: StandardSet, slug: str) -> tuple[Theme, list[Criterion]]:
    """One theme, with its points from every standard."""
    chosen = next((theme for theme in themes(guide) if theme.slug == slug), None)
    if chosen is None:
        raise Http404
    points = categories_by_criterion(guide).select_related("section__standard").prefetch_related("nested")
    return chosen, [point for point in points if chosen.word in point.tags]
