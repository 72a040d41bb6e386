"""The teams and services that a staff list names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from people.models import Service, Team
from people.staff_rows import StaffRow
from qualitycounts.base.problems import Problem


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
