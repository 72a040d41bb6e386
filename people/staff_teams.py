"""The teams and services that a list of staff or of cases names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from people.models import Service, Team
from people.staff_rows import StaffRow
from qualitycounts.base.problems import Problem

ALIKE = {ord(other): "'" for other in "’‘`´"} | {ord(other): "-" for other in "–—‑"}
"""Apostrophes and dashes that keyboards and programs write for one another."""


def look_of(name: str) -> str:
    """A name without what nobody reads as another name: capitals, and which apostrophe or dash it has."""
    return name.casefold().translate(ALIKE)


def spellings(names: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """How each name is spelled: as the one that is known and looks the same, else as it comes first."""
    by_look = {look_of(name): name for name in sorted(known, reverse=True)}
    return {name: name if name in known else by_look.setdefault(look_of(name), name) for name in names}


def count_known(names: Iterable[str]) -> int:
    """How many of these names are of teams that there are."""
    known = set(Team.objects.values_list("name", flat=True))
    return sum(name in known for name in spellings(names, known).values())


def spell_as_here(rows: dict[str, Any]) -> None:
    """Have rows of staff or cases name teams and services as they are spelled here: a case system that writes
    everything in capitals has no teams of its own."""
    for slot, model in (("team", Team), ("service", Service)):
        named = dict.fromkeys(getattr(row, slot) for row in rows.values())
        known = set(model._default_manager.values_list("name", flat=True))
        anew = {name: spelled for name, spelled in spellings(named, known).items() if name != spelled}
        for key, row in rows.items() if anew else ():
            if (name := getattr(row, slot)) in anew:
                rows[key] = replace(row, **{slot: anew[name]})


def teams_of(rows: Iterable[StaffRow], problems: list[Problem]) -> dict[str, str]:
    """Each team named, with its service: the first that the extract gives it, else the one it has."""
    known = dict(Team.objects.values_list("name", "service__name"))
    service_by_team: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: not row.service):
        if not row.team:
            continue
        if service := row.service or known.get(row.team, ""):
            first = service_by_team.setdefault(row.team, service)
            if first != service:
                why = f"“{row.team}” is in “{first}” in an earlier row. The team was left in that service."
                problems.append(Problem(row.row, "Service", why))
        elif row.team not in service_by_team:
            why = f"Nothing says which service “{row.team}” is in, so the team was left out."
            problems.append(Problem(row.row, "Team", why))
    return service_by_team


def make_teams(teams: Mapping[str, str], services: Iterable[str]) -> tuple[dict[str, int], dict[str, int]]:
    """The keys of every service and team by name, once those not known are made and each team is in its service."""
    Service.objects.bulk_create([Service(name=name) for name in sorted(services)], ignore_conflicts=True)
    service_keys = dict(Service.objects.values_list("name", "pk"))
    Team.objects.bulk_create(
        [Team(name=name, service_id=service_keys[service]) for name, service in sorted(teams.items())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["service"],
    )
    return service_keys, dict(Team.objects.values_list("name", "pk"))
