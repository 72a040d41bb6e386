"""Loading a standards set from its file, and finding the one in force."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from qualitycounts.base.refusals import Refused
from standards import set_file
from standards.grades import Grade, grade_called, word_of
from standards.models import (
    BankHoliday,
    Criterion,
    GradeDescriptor,
    Indicator,
    Section,
    SmartQuestion,
    Standard,
    StandardSet,
)
from standards.set_faults import NO_PATH, path_in_file, set_faults
from standards.usual_boxes import usual_headings


def in_force(on: date) -> StandardSet:
    """The set in force on a day. Refused (422) when none is loaded yet."""
    standard_set = StandardSet.objects.filter(in_force_from__lte=on).order_by("-in_force_from", "-pk").first()
    if standard_set is None:
        raise Refused("No standards are loaded yet. Run `manage.py load_standards fixtures/standards_v7.json` first.")
    return standard_set


def titles_from(day: date) -> dict[int, str]:
    """What each number of a standard is called in the set in force on a day and in those that follow."""
    sets = StandardSet.objects.filter(in_force_from__gte=in_force(day).in_force_from)
    called: dict[int, list[str]] = {}
    for number, title in (
        Standard.objects.filter(standard_set__in=sets)
        .order_by("number", "standard_set__in_force_from", "standard_set")
        .values_list("number", "short_title")
    ):
        titles = called.setdefault(number, [])
        titles += [title] if title not in titles else []
    return {number: ", later ".join(titles) for number, titles in called.items()}


def all_numbers() -> list[int]:
    """Every number that a standard has in any set that is loaded, in order: one query."""
    return list(Standard.objects.order_by("number").values_list("number", flat=True).distinct())


@lru_cache(maxsize=8)
def points(pk: int, file_hash: str) -> tuple[frozenset[int], frozenset[int]]:
    """The keys of a set's criteria and of its indicators. Kept for good: a set that is loaded never changes, and
    `file_hash` is here so that another file under a key used before is another set."""
    indicators = Indicator.objects.filter(standard_set=pk)
    return frozenset(criteria_of_set(pk, file_hash)), frozenset(indicators.values_list("pk", flat=True))


@lru_cache(maxsize=8)
def numbers(pk: int, file_hash: str) -> tuple[int, ...]:
    """The numbers of a set's standards, in order. Kept for good, as `points` is."""
    return tuple(Standard.objects.filter(standard_set=pk).values_list("number", flat=True))


@lru_cache(maxsize=8)
def criteria_of_set(pk: int, file_hash: str) -> Mapping[int, tuple[int, tuple[str, ...]]]:
    """Each criterion of a set by its key: the standard it belongs to, and the categories it is asked of (none: all).

    Kept for good, as `points` is.
    """
    rows = Criterion.objects.filter(section__standard__standard_set=pk).order_by("section__standard__number", "pk")
    return {
        row: (number, tuple(categories))
        for row, number, categories in rows.values_list("pk", "section__standard__number", "applies_to")
    }


@lru_cache(maxsize=8)
def numbers_by_key(pk: int, file_hash: str) -> Mapping[str, int]:
    """The number of each standard of a set that has a key, by that key. Kept for good, as `points` is."""
    return dict(Standard.objects.filter(standard_set=pk).exclude(key="").values_list("key", "number"))


def numbers_of(standard_set: StandardSet, keys: Iterable[str]) -> list[int]:
    """The numbers that the standards of some keys have in a set; those it does not have are left out."""
    numbers = numbers_by_key(standard_set.pk, standard_set.file_hash)
    return [numbers[key] for key in keys if key in numbers]


def standards_about(box: str, sets: QuerySet[StandardSet]) -> Iterator[Standard]:
    """The standards that a box about the record speaks of, each set by its own keys."""
    for standard in Standard.objects.filter(standard_set__in=sets).exclude(key="").select_related("standard_set"):
        if any(row["slug"] == box and standard.key in row["keys"] for row in standard.standard_set.record):
            yield standard


def numbers_about(box: str, start: date, end: date) -> frozenset[int]:
    """The numbers of the standards that a box about the record speaks of, in the sets that were in force from one day
    to another."""
    first = StandardSet.objects.filter(in_force_from__lte=start).order_by("-in_force_from").values("in_force_from")[:1]
    sets = StandardSet.objects.filter(in_force_from__lte=end, in_force_from__gte=Coalesce(Subquery(first), start))
    return frozenset(standard.number for standard in standards_about(box, sets))


def names_about(box: str) -> frozenset[str]:
    """What the standards that a box about the record speaks of are called in any set, each with its number,
    “5 Partnership”; and with its set, as it is told where there are several."""
    rows = standards_about(box, StandardSet.objects.all())
    names = ((f"{standard.number} {standard.short_title}", standard.standard_set) for standard in rows)
    return frozenset(each for name, of_set in names for each in (name, f"{name} ({of_set})"))


@lru_cache(maxsize=8)
def nested(pk: int, file_hash: str) -> frozenset[int]:
    """The keys of a set's nested points, which stand under another. Kept for good, as `points` is."""
    headed = criteria(pk, file_hash).values()
    return frozenset(row.pk for sections in headed for _, rows in sections for row in rows if row.parent_id)


@lru_cache(maxsize=8)
def indicators(pk: int, file_hash: str) -> tuple[Indicator, ...]:
    """The headline indicators of a set, in order. Kept for good, as `points` is: nobody may change one of them."""
    return tuple(Indicator.objects.filter(standard_set=pk))


@lru_cache(maxsize=8)
def descriptors(pk: int, file_hash: str) -> tuple[GradeDescriptor, ...]:
    """What a set says of each grade, in order. Kept for good, as `points` is."""
    return tuple(GradeDescriptor.objects.filter(standard_set=pk))


def grade_in(standard_set: StandardSet, level: str) -> str:
    """A grade of a level, as a set calls it; as it is usually called where the set has none."""
    rows = descriptors(standard_set.pk, standard_set.file_hash)
    return next((row.grade for row in rows if row.grade == level), str(Grade(level).value))


def grades_of(standard_set: StandardSet) -> tuple[str, ...]:
    """The grades of a set, best first, as it calls them."""
    return tuple(row.grade for row in descriptors(standard_set.pk, standard_set.file_hash))


def path_of(standard_set: StandardSet, grade: str | None) -> str:
    """The escalation path that a grade starts under a set, one of `EscalationPath`; "" where it starts none."""
    rows = descriptors(standard_set.pk, standard_set.file_hash)
    return next((row.path for row in rows if grade and row.grade == grade), "")


def grades_on_a_path(standard_set: StandardSet) -> list[str]:
    """The grades of a set that start an escalation, best first, as it calls them."""
    return [row.grade for row in descriptors(standard_set.pk, standard_set.file_hash) if row.path]


def grade_choices(standard_set: StandardSet) -> list[tuple[str, str]]:
    """The grades of a set as a form offers them."""
    return [(str(grade), word_of(grade)) for grade in grades_of(standard_set)]


@lru_cache(maxsize=8)
def criteria(pk: int, file_hash: str) -> Mapping[int, tuple[tuple[str, tuple[Criterion, ...]], ...]]:
    """By the key of each standard of a set: its headings, each with the criteria under it, in order. Kept for good."""
    rows = Criterion.objects.filter(section__standard__standard_set=pk).select_related("section")
    by_standard: dict[int, dict[str, tuple[Criterion, ...]]] = {}
    for row in rows.order_by("section__standard", "section__position", "position"):
        under = by_standard.setdefault(row.section.standard_id, {})
        under[row.section.heading] = (*under.get(row.section.heading, ()), row)
    return {standard: tuple(under.items()) for standard, under in by_standard.items()}


def load(data: bytes) -> tuple[StandardSet, bool]:
    """Load a set from its JSON file; the same set again changes nothing. Returns the set and whether it is new.

    A set that audits were graded with is never changed: other words come as a new set under a new slug.
    Refused (422) for a file that is not a standards set, other words under a slug that is taken, and whole, with every
    fault named, for a set that audits could not be graded with (`set_faults`).
    """
    try:
        spec = json.loads(data)
        slug = str(spec["slug"])
    except (ValueError, TypeError, KeyError) as fault:
        raise Refused("That is not a standards file: it must be JSON with a slug, standards and grades.") from fault
    file_hash = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        there = StandardSet.objects.filter(slug=slug).first()
        if there is not None and there.file_hash != file_hash and not set_file.same_set(there, spec):
            raise Refused(f"A set called {slug} is loaded with other words. Give the new one its own slug and date.")
        if there is not None:
            return there, False
        if faults := set_faults(spec):
            raise Refused(f"That set was not loaded. {' '.join(faults)}")
        try:
            return create_set(spec, file_hash), True
        except (KeyError, TypeError, ValueError) as fault:
            raise Refused(f"The standards file lacks something or has it in the wrong place: {fault}.") from fault


def create_set(spec: dict[str, Any], file_hash: str) -> StandardSet:
    """Write the rows of one set."""
    new = StandardSet.objects.create(
        slug=spec["slug"],
        title=spec["title"],
        published_on=date.fromisoformat(spec["published_on"]),
        in_force_from=date.fromisoformat(spec["in_force_from"]),
        source=spec.get("source", ""),
        headings=[
            usual | {"title": row["title"], "hint": row["hint"]}
            for usual, row in zip(usual_headings(), set_file.whole(spec)["headings"], strict=True)
        ],
        record=set_file.whole(spec)["record"],
        file_hash=file_hash,
    )
    GradeDescriptor.objects.bulk_create(
        GradeDescriptor(
            standard_set=new,
            grade=grade_called(row["slug"], row.get("word", "")),
            position=place,
            short=row["short"],
            text=row["descriptor"],
            path=path_in_file(row).removeprefix(NO_PATH),
        )
        for place, row in enumerate(spec["grades"], 1)
    )
    SmartQuestion.objects.bulk_create(
        SmartQuestion(standard_set=new, position=place, **row) for place, row in enumerate(spec["smart"], 1)
    )
    Indicator.objects.bulk_create(Indicator(standard_set=new, **row) for row in spec["indicators"])
    for row in spec["standards"]:
        sections = row.pop("sections")
        standard = Standard.objects.create(standard_set=new, **row)
        for place, section_row in enumerate(sections, 1):
            section = Section.objects.create(standard=standard, position=place, heading=section_row["heading"])
            make_criteria(section, section_row["criteria"])
    return new


def make_criteria(section: Section, rows: list[dict[str, Any]]) -> None:
    """Write the criteria of a section, each with its nested points after it."""
    position = 0
    for row in rows:
        position += 1
        parent = Criterion.objects.create(
            section=section,
            code=f"{section.standard.number}.{row['number']}",
            position=position,
            title=row["title"],
            question=row["question"],
            where_to_look=row["where_to_look"],
            tags=row["tags"],
            applies_to=row.get("applies_to", []),
            facts=row.get("facts", []),
        )
        for nested in row.get("nested", []):
            position += 1
            Criterion.objects.create(
                section=section,
                parent=parent,
                code=f"{parent.code}.{nested['letter']}",
                position=position,
                title=nested["title"],
                question=nested["question"],
                where_to_look=parent.where_to_look,
                tags=parent.tags,
                applies_to=parent.applies_to,
            )


def load_bank_holidays(data: bytes) -> int:
    """Load the bank holidays file ([{on, title}]); days already there keep their row. Returns how many it holds."""
    rows = json.loads(data)
    BankHoliday.objects.bulk_create(
        [BankHoliday(on=date.fromisoformat(row["on"]), title=row["title"]) for row in rows], ignore_conflicts=True
    )
    return len(rows)
