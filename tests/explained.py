"""What the database engine says of a statement: the indexes that it goes by, and the tables that it reads whole."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

INDEX = re.compile(r"(?:using|Index Scan on|USING (?:COVERING )?INDEX) (\w+)")
WHOLE = re.compile(r"(?:Seq Scan on|SCAN) (\w+)(?!.*USING)")
LARGE = {
    *("audits_audit", "audits_judgement", "audits_mark", "audits_note", "audits_proposal", "audits_action"),
    *("audits_case", "people_trailentry", "people_notice", "escalation_step"),
}
"""The tables that grow with every audit."""


def plan_of(asked: Callable[[], object]) -> list[str]:
    """The plans of all that is read meanwhile, in lines."""
    with CaptureQueriesContext(connection) as caught:
        asked()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        lines: list[str] = []
        for statement in re.split(r"; (?=SELECT)|\0", "\0".join(one["sql"] for one in caught.captured_queries)):
            if statement.lstrip("(").startswith("SELECT"):
                cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{statement}")
                lines += [str(row[-1]) for row in cursor.fetchall()]
    return lines


def indexes_of(lines: list[str]) -> set[str]:
    """The indexes in plans."""
    return {name for line in lines for name in INDEX.findall(line)}


def read_whole(lines: list[str]) -> set[str]:
    """The large tables that plans read row by row, from the first to the last."""
    return {name for line in lines for name in WHOLE.findall(line) if name in LARGE}
