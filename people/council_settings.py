"""The council's own settings: what the strategy leaves open, with its default, and who set it to what, when and why.

A rule names its setting where it stands and asks it for its value:

    SIGN_DAYS = council_settings.Number("sign_days", "Days to sign", default=2, …)
    … add_working_days(met_on, SIGN_DAYS.value())

A change holds from the moment it is saved. What was written before (a due date, a draw) stays as it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from people import access, trail
from people.models import CouncilSetting, User
from people.roles import Permission
from qualitycounts.base.refusals import Refused, Stale, written

SETTINGS: dict[str, Setting] = {}
"""Every setting by its slug, in the order in which the rules that use them were written down."""


@dataclass(frozen=True)
class Setting:
    """One thing the council decides. `why` says what it governs, with the strategy section or “ours”; `kept_by` says
    which permissions let a person change it, each by itself."""

    slug: str
    title: str
    group: str
    why: str
    kept_by: tuple[Permission, ...] = (Permission.CHANGE_SETTINGS,)

    def __post_init__(self) -> None:
        if SETTINGS.setdefault(self.slug, self) is not self:
            raise ValueError(f"There are two settings called {self.slug}.")

    @property
    def default_text(self) -> str:
        """What it is until somebody sets it, as text."""
        raise NotImplementedError

    def read(self, typed: str) -> str:
        """What was typed, as it is kept. Refused (422) where it is not a value of this setting."""
        raise NotImplementedError

    def words(self, text: str) -> str:
        """A kept value as a page shows it."""
        return text

    @property
    def text(self) -> str:
        """The value in force, as it is kept."""
        return in_force().get(self.slug, self.default_text)

    @property
    def in_words(self) -> str:
        """The value in force as a sentence has it: 2 working days."""
        return self.words(self.text)

    @property
    def changes(self) -> int:
        """How often it was changed."""
        return CouncilSetting.objects.filter(slug=self.slug).count()


@dataclass(frozen=True)
class Number(Setting):
    """A whole number from `least` to `most`; `unit` is its word: "working days"."""

    default: int = 0
    least: int = 0
    most: int = 100
    unit: str = ""

    def value(self) -> int:
        """The number in force."""
        return int(self.text)

    def value_before(self, moment: datetime) -> int:
        """The number that was in force just before a moment."""
        before = [value for slug, value, set_at in changes_made() if slug == self.slug and set_at < moment]
        return int(before[-1] if before else self.default)

    @property
    def default_text(self) -> str:
        """The default, as text."""
        return str(self.default)

    def read(self, typed: str) -> str:
        """Refused (422) unless it is a whole number within the bounds."""
        figures = typed.strip()
        if not (figures.isascii() and figures.isdigit() and self.least <= int(figures[:9]) <= self.most):
            raise Refused(f"Enter a whole number from {self.least} to {self.most}.", "value")
        return str(int(figures))

    def words(self, text: str) -> str:
        """The number with its unit: 2 working days, 1 working day."""
        return f"{text} {self.unit.removesuffix('s') if text == '1' else self.unit}".strip()


@dataclass(frozen=True)
class Choice(Setting):
    """One of a few words. `choices` are (slug, words); the first is the default."""

    choices: tuple[tuple[str, str], ...] = ()

    def value(self) -> str:
        """The slug in force."""
        return self.text

    @property
    def default_text(self) -> str:
        """The first of the choices."""
        return self.choices[0][0]

    def read(self, typed: str) -> str:
        """Refused (422) unless it is one of the choices."""
        if typed not in dict(self.choices):
            raise Refused("Choose one of those offered.", "value")
        return typed

    def words(self, text: str) -> str:
        """The words of the choice."""
        return dict(self.choices).get(text, text)


@dataclass(frozen=True)
class Name(Setting):
    """What the council calls something, in up to `most` characters."""

    default: str = ""
    most: int = 40

    def value(self) -> str:
        """The name in force."""
        return self.text

    @property
    def default_text(self) -> str:
        """The default."""
        return self.default

    def read(self, typed: str) -> str:
        """Refused (422) where it is empty, or too long for a sentence."""
        name = " ".join(written(typed, "value", "Enter a name.").split())
        if len(name) > self.most:
            raise Refused(f"Enter a name of {self.most} characters or fewer.", "value")
        return name


@dataclass(frozen=True)
class Lines(Setting):
    """A list, a line each, none twice."""

    default: tuple[str, ...] = ()

    def value(self) -> tuple[str, ...]:
        """The lines in force."""
        return tuple(self.text.splitlines())

    @property
    def default_text(self) -> str:
        """The default, a line each."""
        return "\n".join(self.default)

    def read(self, typed: str) -> str:
        """Refused (422) where nothing is on any line."""
        lines = list(dict.fromkeys(filter(None, (line.strip() for line in typed.splitlines()))))
        if not lines:
            raise Refused("Enter at least one line.", "value")
        return written("\n".join(lines), "value")


Change = tuple[str, str, datetime]
"""A setting's slug, the value it was given, and when."""
_kept: ContextVar[list[list[Change]] | None] = ContextVar("kept_settings", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Read the settings at most once in here: for a page, a sweep, any loop. Outside it each question asks afresh."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set([])
    try:
        yield
    finally:
        _kept.reset(token)


def read_once_a_request(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page that asks for several settings reads the table once, and one that asks for none never does."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with read_once():
            return get_response(request)

    return middleware


def in_force() -> Mapping[str, str]:
    """What the council has set, by slug: the latest of each."""
    return {slug: value for slug, value, _ in changes_made()}


def changes_made() -> list[Change]:
    """Every change of a setting, those of each in their order."""
    kept = _kept.get()
    if kept:
        return kept[0]
    changes = list(CouncilSetting.objects.order_by("number").values_list("slug", "value", "set_at"))
    if kept is not None:
        kept.append(changes)
    return changes


@dataclass(frozen=True, slots=True)
class Row:
    """A setting with what it is now, and the last change of it, if it was ever changed."""

    setting: Setting
    value: str
    change: CouncilSetting | None


def rows() -> list[Row]:
    """Every setting as it stands, group by group."""
    changes = {
        council_setting.slug: council_setting
        for council_setting in CouncilSetting.objects.select_related("set_by").order_by("number")
    }
    all_rows = [row_of(setting, changes.get(setting.slug)) for setting in SETTINGS.values()]
    groups = list(dict.fromkeys(row.setting.group for row in all_rows))
    return sorted(all_rows, key=lambda row: groups.index(row.setting.group))


def row_of(setting: Setting, change: CouncilSetting | None) -> Row:
    """One setting as it stands after its last change."""
    return Row(setting, setting.words(change.value if change else setting.default_text), change)


def setting_or_404(slug: str) -> Setting:
    """The setting of that name."""
    if slug not in SETTINGS:
        raise Http404
    return SETTINGS[slug]


def changes_of(setting: Setting) -> QuerySet[CouncilSetting]:
    """Every change of a setting, the latest first."""
    return CouncilSetting.objects.filter(slug=setting.slug).select_related("set_by").order_by("-number")


def can_change_setting(setting: Setting, *, by: User) -> bool:
    """Whether the person may change it."""
    return any(access.may(by, permission) for permission in setting.kept_by)


def change(setting: Setting, *, by: User, at: datetime, value: str, why: str, number: int) -> CouncilSetting:
    """Set it, from now on. `number` is how many changes the page knew of.

    Refused: not allowed (403); no value of this setting, the one it has already, or no reason (422); changed since the
    page was opened (Stale, 409).
    """
    if not can_change_setting(setting, by=by):
        access.check(by, setting.kept_by[0])
    kept = setting.read(value)
    reason = written(why, "why", "Say why, for example “agreed at CQAWG in May”. It stays in the history.")
    with trail.acting(by=by, at=at) as act:
        last = changes_of(setting).first()
        was = last.value if last else setting.default_text
        if (last.number if last else 0) != number:
            raise changed_since(setting, was)
        if kept == was:
            raise Refused(f"It is {setting.words(was)} already. Change the value, or go back.", "value")
        made = CouncilSetting(slug=setting.slug, number=number + 1, value=kept, why=reason, set_at=at, set_by=by)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as raced:
            raise changed_since(setting, in_force()[setting.slug]) from raced
        act.add("setting.changed", made, why=reason, content={"was": was, "now": kept})
    return made


def changed_since(setting: Setting, now: str) -> Stale:
    """The refusal where somebody else has set it since the page was opened."""
    return Stale(
        f"Someone else has set this to {setting.words(now)} since you opened the page. Open it again and look.",
        current=setting.words(now),
    )
