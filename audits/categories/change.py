"""Naming a category of cases, adding one of the council's own, and taking one out of use.

A change holds from the moment it is saved. No code and no name is ever free for another category: draws, files and
reports that are out go by them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.http import Http404

from audits.models import Audit, Case
from audits.register import extracts
from people import access, trail
from people.models import CouncilSetting, User
from people.roles import Permission
from qualitycounts.base.refusals import NotNow, Refused, Stale, written
from standards import categories
from standards.categories import SLUG, CaseCategory, Categories, Category, fold_name

CODE = re.compile(r"[A-Z][A-Z0-9]{1,3}")
LONGEST_NAME = 60
MOST_CATEGORIES = 20
"""Strata of a draw that a page and a report still show at a glance."""
MOST_MONTHS = 12
"""The longest time between two reviews that may be set."""


def number_of_changes() -> int:
    """How often the categories were changed: what a page knew of when it was opened."""
    return CouncilSetting.objects.filter(slug=SLUG).count()


def category_or_404(code: str) -> CaseCategory:
    """One category by its code."""
    category = categories.case_categories().by_code.get(code)
    if category is None:
        raise Http404
    return category


def code_before(code: str) -> str:
    """The code that a category stands after; "" for the first."""
    codes = ["", *categories.case_categories().by_code]
    return codes[codes.index(code) - 1]


def can_keep_categories(*, by: User) -> bool:
    """Whether the person may change them."""
    return access.may(by, Permission.CHANGE_SETTINGS)


def add_category(
    *,
    code: str,
    name: str,
    likes: str,
    review_months: int | None,
    after: str,
    why: str,
    number: int,
    by: User,
    at: datetime,
) -> CaseCategory:
    """Add a category of the council's own behind `after`. It is drawn from the next draw on, once an import brings it.

    Refused: not allowed (403); a code that is none or was given before, a name as `with_name`, none of the five to
    follow, no reason (422); too many categories (409); changed since the page was opened (Stale, 409).
    """
    access.check(by, Permission.CHANGE_SETTINGS)
    known = categories.case_categories_now()
    asked = code.strip().upper()
    if not CODE.fullmatch(asked):
        raise Refused("Enter a code of two to four letters and figures that begins with a letter.", "code")
    if asked in known.by_code:
        raise Refused(f"{asked} is the code of “{known.names[asked]}”, for good. Choose another.", "code")
    if fold_name(asked) in known.codes_by_name:
        raise Refused(f"“{asked}” is or was the name of a category. Choose another code.", "code")
    if len(known.rows) >= MOST_CATEGORIES:
        raise NotNow(f"There are {MOST_CATEGORIES} categories already, and a draw of more has too few cases of each.")
    category = CaseCategory(asked, "", likes, review_months)
    check_follows(category)
    return keep_category(with_name(category, name, known), after, was="", why=why, number=number, by=by, at=at)


def change_category(
    code: str,
    *,
    name: str,
    after: str,
    why: str,
    number: int,
    by: User,
    at: datetime,
    likes: str = "",
    review_months: int | None = None,
) -> CaseCategory:
    """Give a category another name or place; of one of the council's own also what it follows and how often its plans
    are reviewed.

    Refused: not allowed (403); a name as `with_name`, no reason, nothing changed (422); other questions once a case or
    an audit is of it (409); changed since the page was opened (Stale, 409).
    """
    access.check(by, Permission.CHANGE_SETTINGS)
    was = category_or_404(code)
    category = with_name(was, name, categories.case_categories_now())
    if was.is_own:
        category = replace(category, likes=likes, review_months=review_months)
        check_follows(category)
        if likes != was.likes and (Case.objects.filter(category=code) or Audit.objects.filter(category=code)).exists():
            raise NotNow(
                f"Cases or audits are of “{was.name}” already, so what it follows stays. Say in your set of standards "
                "what is asked of it.",
                "likes",
            )
    if category == was and after == code_before(code):
        raise Refused("Nothing was changed. Change something, or go back.")
    return keep_category(category, after, was=category_in_words(was), why=why, number=number, by=by, at=at)


def set_in_use(code: str, *, in_use: bool, why: str, number: int, by: User, at: datetime) -> CaseCategory:
    """Take a category out of use, or use it again. What was of it stays and is shown.

    Refused: not allowed (403); no reason (422); so already, the last one in use, or one that open cases have (409);
    changed since the page was opened (Stale, 409).
    """
    access.check(by, Permission.CHANGE_SETTINGS)
    was = category_or_404(code)
    with trail.acting(by=by, at=at):
        extracts.lock_register()
        if was.in_use == in_use:
            raise NotNow(f"“{was.name}” is {'' if in_use else 'not '}in use already.")
        if not in_use:
            check_take_out(was)
        now = replace(was, in_use=in_use)
        return keep_category(now, code_before(code), was=category_in_words(was), why=why, number=number, by=by, at=at)


def check_take_out(category: CaseCategory) -> None:
    """Refused (409) for the last category in use, and for one that open cases have."""
    if len(categories.case_categories_now().in_use) == 1:
        raise NotNow(f"“{category.name}” is the only category in use. Add another one first.")
    number = Case.objects.filter(category=category.code, closed_on=None, merged_into=None).count()
    if number:
        have = "1 open case is" if number == 1 else f"{number:,} open cases are"
        raise NotNow(f"{have} of “{category.name}”. Import a list that has them in another category first.")


def check_follows(category: CaseCategory) -> None:
    """Refused (422) unless it follows one of the five, and its plans are reviewed as something that may be said."""
    if category.likes not in Category.values:
        raise Refused("Choose one of the five categories of the strategy.", "likes")
    if category.review_months is not None and not 0 <= category.review_months <= MOST_MONTHS:
        raise Refused("Choose how often its plans are reviewed.", "review_months")


def with_name(category: CaseCategory, name: str, known: Categories) -> CaseCategory:
    """The category under a name. Refused (422): none, one too long, one that another has or had, another's code."""
    asked = " ".join(written(name, "name", "Enter a name.", most=LONGEST_NAME).split())
    if not any(letter.isalpha() for letter in asked):
        raise Refused("Enter a name with letters in it.", "name")
    owner = known.codes_by_name.get(fold_name(asked), asked.upper() if asked.upper() in known.by_code else "")
    if owner not in ("", category.code):
        raise Refused(
            f"“{asked}” is or was what {owner} is called. Reports that are out go by it, so choose another name.",
            "name",
        )
    former = tuple(each for each in dict.fromkeys((*category.former, category.name)) if each not in ("", asked))
    return replace(category, name=asked, former=former)


def keep_category(
    category: CaseCategory, after: str, *, was: str, why: str, number: int, by: User, at: datetime
) -> CaseCategory:
    """Save the categories with this one in its place, and write it in the trail; `was` is it in words before."""
    reason = written(why, "why", "Say why, for example “agreed at CQAWG in May”. It stays in the history.")
    with trail.acting(by=by, at=at) as act:
        rows = [row for row in categories.case_categories_now().rows if row.code != category.code]
        codes = ["", *(row.code for row in rows)]
        if after not in codes:
            raise Refused("Choose where it stands.", "after")
        if number_of_changes() != number:
            raise categories_changed_since()
        rows.insert(codes.index(after), category)
        value = categories.write_categories(rows)
        made = CouncilSetting(slug=SLUG, number=number + 1, value=value, why=reason, set_at=at, set_by=by)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as raced:
            raise categories_changed_since() from raced
        content = {"category": category.code, "was": was, "now": category_in_words(category)}
        act.add("setting.changed", made, why=reason, content=content)
    return category


def categories_changed_since() -> Stale:
    """The refusal where somebody else has changed them since the page was opened."""
    return Stale("Someone else has changed the categories since you opened the page. Open it again and look.")


def category_in_words(category: CaseCategory) -> str:
    """A category as the trail has it: its name, whether it is in use and, of one of the council's own, what it follows
    and how often its plans are reviewed."""
    parts = (
        [f"asked as {category.likes}", f"reviews: {reviews_in_words(category.review_months)}"]
        if category.is_own
        else []
    )
    parts += [] if category.in_use else ["not in use"]
    return f"{category.name} ({'; '.join(parts)})" if parts else category.name


def reviews_in_words(months: int | None) -> str:
    """How often plans of a category of the council's own are reviewed."""
    if months is None:
        return "as those of the category it follows"
    return f"every {'month' if months == 1 else f'{months} months'}" if months else "no law speaks of it"
