"""Answers about a file from whoever imports it: which part of the list it covers, and what has another name in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ListAnswers:
    """`categories` and `teams` are what the file covers, none for the whole list. The rest says who or what a file
    names anew: the number or e-mail, team or service as the file has it, with the one that is known; and `managers` who
    is meant by a line manager's name, by e-mail."""

    categories: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    team_names: Mapping[str, str] = field(default_factory=dict)
    service_names: Mapping[str, str] = field(default_factory=dict)
    managers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ListAnswers:
        """Read what `as_json` wrote."""
        names = (kept.get(name, {}) for name in ("same", "team_names", "service_names", "managers"))
        return cls(tuple(kept.get("categories", ())), tuple(kept.get("teams", ())), *names)

    def as_json(self) -> dict[str, Any]:
        """The answers, to be kept with the file."""
        return asdict(self)

    def with_names(self, slot: str, names: Mapping[str, str]) -> ListAnswers:
        """These answers with other names in `same`, `team_names` or `service_names`."""
        return ListAnswers.from_json(self.as_json() | {slot: dict(names)})

    @property
    def names_anew(self) -> bool:
        """Whether somebody or something has another name in it."""
        return bool(self.same or self.team_names or self.service_names)

    def team_now(self, name: str) -> str:
        """A team that is known, by its name in the file."""
        return next((new for new, old in self.team_names.items() if old == name), name)

    def service_now(self, name: str) -> str:
        """A service that is known, by its name in the file."""
        return next((new for new, old in self.service_names.items() if old == name), name)

    @property
    def is_part(self) -> bool:
        """Whether the file covers only a part of the list."""
        return bool(self.categories or self.teams)

    def covers(self, team: str, category: str = "") -> bool:
        """Whether a case or person of this team and category is missing where the file does not name them."""
        return (not self.teams or team in self.teams) and (not self.categories or category in self.categories)

    @property
    def part_in_words(self) -> str:
        """Which part of the list it covers: "CLA, CP; North"."""
        return "; ".join(", ".join(names) for names in (self.categories, self.teams) if names)


WHOLE_LIST = ListAnswers()
"""Nothing was said: the file covers the whole list, and nobody has another name in it."""
