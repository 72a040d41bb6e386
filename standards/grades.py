"""The four grades, best first (strategy, App. 2, Grading), and the words by which a set of standards calls them.

What counts is a grade's level, one of `Grade`: its order, its tone, and figures of years. A set may call a level
otherwise, and say which escalation path it starts (`EscalationPath`). The word goes with the grade wherever it was
given, so an audit shows it for ever. A `GivenGrade` is its level to all that compares, counts and looks up; only
`word_of` tells its word.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partialmethod
from typing import Any

from django.db import models
from django.db.models.lookups import Exact, In

BETWEEN = ":"
"""What stands between the level and the word where a grade is kept."""
LONGEST_WORD = 30
LONGEST = 64
"""Characters of a grade as it is kept: its level, and its word where that is not the usual one."""


class Grade(models.TextChoices):
    """A grade as it is stored, and its usual word."""

    OUTSTANDING = "outstanding", "Outstanding"
    GOOD = "good", "Good"
    REQUIRES_IMPROVEMENT = "requires_improvement", "Requires improvement"
    INADEQUATE = "inadequate", "Inadequate"

    @property
    def rank(self) -> int:
        """4 for Outstanding down to 1 for Inadequate: the number of bars beside the word."""
        return RANKS[self]

    @property
    def good_or_better(self) -> bool:
        """What the reports count as Good or better."""
        return self in GOOD_OR_BETTER


USUAL_WORDS = {grade.value: str(grade.label) for grade in Grade}
RANKS = {grade: 4 - place for place, grade in enumerate(Grade)}
GOOD_OR_BETTER = (Grade.OUTSTANDING, Grade.GOOD)
BELOW_GOOD = (Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)


class EscalationPath(models.TextChoices):
    """An escalation path that a grade starts, as it is stored; the later one is the graver. "": it starts none."""

    REQUIRES_IMPROVEMENT = "requires_improvement", "Requires improvement"
    INADEQUATE = "inadequate", "Inadequate"


def usual_path(grade: str) -> str:
    """The path that a level starts where its set does not say: below Good, the one of its own name (strategy 7)."""
    return str(EscalationPath(grade).value) if grade in BELOW_GOOD else ""


class GivenGrade(str):
    """A grade with the word by which its set calls it. It equals its level."""

    word: str

    def __new__(cls, level: str, word: str) -> GivenGrade:
        """A grade of a level, by its word."""
        given = super().__new__(cls, Grade(level).value)
        given.word = word
        return given

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """What a copy is made from."""
        return str(self), self.word


def grade_called(level: str, word: str) -> str:
    """A grade by its word: plain where that is the usual one."""
    return str(Grade(level).value) if word in ("", Grade(level).label) else GivenGrade(level, word)


def word_of(grade: str | None) -> str:
    """The word of a grade, as its set calls it; "" for none."""
    given = read_grade(grade) if grade else ""
    return given.word if isinstance(given, GivenGrade) else USUAL_WORDS[given] if given else ""


def words_to_count(grade: str | None) -> str:
    """A grade in a table to take away: “Holds (Good)”, so that it can be counted with those of other sets."""
    word = word_of(grade)
    usual = USUAL_WORDS[grade] if grade else ""
    return word if word == usual else f"{word} ({usual})"


def read_grade(kept: str) -> str:
    """A grade as it is kept, as its level with its word."""
    if isinstance(kept, GivenGrade) or BETWEEN not in kept:
        return kept
    level, _, word = kept.partition(BETWEEN)
    return GivenGrade(level, word)


def kept_grade(grade: str) -> str:
    """A grade as it is kept: its level, and its word where that is not the usual one."""
    return f"{grade}{BETWEEN}{grade.word}" if isinstance(grade, GivenGrade) else grade


class GradeField(models.CharField):  # type: ignore[type-arg]
    """A grade with its word. It is looked up by its level."""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        """The grade as it was kept."""
        return read_grade(value) if value else value

    def to_python(self, value: Any) -> Any:
        """The grade, from whatever it was handed in as."""
        return read_grade(value) if isinstance(value, str) else super().to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        """The grade as it is kept."""
        read = super().get_prep_value(value)
        return kept_grade(read) if isinstance(read, str) else read

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Let `get_…_display` tell its word."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, f"get_{name}_display", partialmethod(_word_in, field=self))


def _word_in(row: models.Model, *, field: GradeField) -> str:
    return word_of(getattr(row, field.attname))


def _level(value: Any) -> Any:
    return str(value).partition(BETWEEN)[0] if isinstance(value, str) else value


def _is_direct(value: Any) -> bool:
    """Whether something is looked for itself, and not what another query finds."""
    return not hasattr(value, "as_sql") and not hasattr(value, "query")


class _OfLevel:
    """A lookup by levels: it finds whatever a level is called."""

    def or_called_otherwise(self, sql: str, params: Iterable[Any], compiler: Any, connection: Any) -> tuple[str, Any]:
        """Add to what was asked whatever is kept with another word."""
        rhs = self.rhs  # type: ignore[attr-defined]
        levels = [level for level in ([rhs] if isinstance(rhs, str) else rhs) if level]
        conditions, args = [sql], list(params)
        for level in levels:
            lhs, lhs_params = self.process_lhs(compiler, connection)  # type: ignore[attr-defined]
            conditions.append(f"{lhs} LIKE %s")
            args += [*lhs_params, f"{level}{BETWEEN}%"]
        return f"({' OR '.join(conditions)})", args


@GradeField.register_lookup
class OfGrade(_OfLevel, Exact):
    """Of a level, whatever it is called."""

    def get_prep_lookup(self) -> Any:
        """The level that is looked for."""
        return _level(super().get_prep_lookup())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The same level, by its usual word or another."""
        sql, params = super().as_sql(compiler, connection)
        return (
            self.or_called_otherwise(sql, params, compiler, connection) if isinstance(self.rhs, str) else (sql, params)
        )


@GradeField.register_lookup
class OfGrades(_OfLevel, In):
    """Of one of several levels, whatever they are called."""

    def get_prep_lookup(self) -> Any:
        """The levels that are looked for."""
        looked_for = super().get_prep_lookup()
        return [_level(value) for value in looked_for] if _is_direct(self.rhs) else looked_for

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """One of the levels, each by its usual word or another."""
        sql, params = super().as_sql(compiler, connection)
        if not _is_direct(self.rhs):
            return sql, params
        return self.or_called_otherwise(sql, params, compiler, connection)
