"""Draw docs/states.md from the tables of states and the ladder's paths, or check that it is as they say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from audits.states import TABLES as AUDITS
from escalation.models import Escalation
from escalation.states import TABLES as ESCALATIONS
from escalation.steps.paths import PATHS, Ladder, by_when
from qualitycounts.base.commands import Command as Base
from qualitycounts.base.refusals import Refused
from qualitycounts.base.state_tables import StateTable
from reporting.states import TABLES as REPORTS

PAGE = Path("docs", "states.md")
START = """\
# States

Drawn by `manage.py draw_states` (`make states`) from the tables in `audits/states.py`, `escalation/states.py` and
`reporting/states.py`, the paths in `escalation/steps/paths.py` and the kinds of steps in `escalation/steps/kinds/`.
Change those, not this page: a test holds them together. A rule asks its table before it changes a state; an act that
the table does not allow is refused (409). Each act leaves a trail entry."""
LADDER = """## The ladder

An escalation opens in the transaction that fixes or changes the grade, or that raises the concern. It puts a hold on
its audit, so that the audit does not close and the case is not drawn, until its last step is done. Closing is by
another person than the doer."""


class Command(Base):
    help = "Draw docs/states.md from the tables of states; --check exits 1 if it differs."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if the page is out of date")

    def work(self, **options: Any) -> dict[str, Any]:
        page, drawn = settings.BASE_DIR / PAGE, page_of_states()
        same = page.exists() and page.read_text(encoding="utf-8") == drawn
        if options["check"] and not same:
            raise Refused(f"{PAGE} is not as the tables of states say. Run `make states`.")
        if not same:
            page.write_text(drawn, encoding="utf-8")
        return {"page": str(PAGE), "changed": not same}


def page_of_states() -> str:
    """The whole page: each table as a picture and a table, then each path of the ladder."""
    parts = [START]
    parts += [part for table in (*AUDITS, *ESCALATIONS, *REPORTS) for part in state_table(table)]
    parts.append(LADDER)
    parts += [part for path, ladder in PATHS.items() for part in path_of(path, ladder)]
    return "\n\n".join(parts) + "\n"


def state_table(table: StateTable) -> Iterator[str]:
    """One record's states: the picture, and its moves."""
    yield f"## {table.name.capitalize()}"
    slugs = list(table.labels)
    leaving = {source for move in table.moves for source in move.sources if source != move.target}
    lines = [f'    state "{label}" as {slug}' for slug, label in table.labels.items()]
    lines.append(f"    [*] --> {slugs[0]}")
    lines += [f"    {source} --> {move.target}: {move.act}" for move in table.moves for source in move.sources]
    lines += [f"    {slug} --> [*]" for slug in slugs if slug not in leaving]
    yield fenced("stateDiagram-v2", lines)
    words = table.labels
    yield grid(
        ("act", "from", "to", "by"),
        [
            (move.act, "; ".join(words[source] for source in move.sources), words[move.target], move.who)
            for move in table.moves
        ],
    )


def path_of(path: str, ladder: Ladder) -> Iterator[str]:
    """One path: its steps, who is told when it opens, and who when a step is late."""
    label = Escalation.Path(path).label
    yield f"### {label}"
    yield f"Told when it opens: {', '.join(who.label for who in ladder.told)}."
    lines = [f'    start(["{label} opens"])']
    before = ["start"]
    together = [kind.slug for kind in ladder.steps if kind.together]
    for kind in ladder.steps:
        lines.append(f'    {kind.slug}["{kind.title}<br>{kind.owner.label}"]')
        came_from = ["start"] if kind.together else before
        lines += [f"    {source} --> {kind.slug}" for source in came_from]
        before = together if kind.together else [kind.slug]
    yield fenced("flowchart LR", lines)
    yield grid(
        ("step", "whose", "by when", "closes when"),
        [(kind.title, kind.owner.label, by_when(kind), kind.closes) for kind in ladder.steps],
    )
    levels = ", ".join(f"{level.who.label} at {level.setting.default}" for level in ladder.late)
    yield f"Told once each when a step is late, by working days over: {levels}."


def fenced(kind: str, lines: list[str]) -> str:
    """A picture that GitHub and most editors draw."""
    return "\n".join(["```mermaid", kind, *lines, "```"])


def grid(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
