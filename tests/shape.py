"""What the shape of the code is held to: each check takes what it reads and returns the breaches it found.

`test_shape.py` runs them on the tree, and on something broken, so that none of them is a check that cannot fail.
"""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from django.db import models

ROOT = Path(__file__).resolve().parent.parent
APPS = ("people", "standards", "audits", "escalation", "reporting")
PACKAGES = ("qualitycounts", *APPS, "fixtures")
LONGEST = 330
"""Lines of one module; past about 300 it splits, by word."""
LONGEST_TEST = 400
"""Lines of one module of tests."""
LONGEST_VIEW = 30
"""Lines of one view: doorway, form, rule, reply."""
LONGEST_TEMPLATE = 150
"""Lines of one template; past that it splits into named parts."""
WIDEST = 120
"""Characters of one line of a template."""
MOST_TAGS = 3
"""Tags of one line of a template: what decides more belongs in the page object."""


VAGUE = frozenset(
    ["one", "found", "listed", "here", "look", "end", "tell", "give", "make", "part", "parts", "near", "thing"]
)
"""Names that would fit anything, and so say nothing."""


@cache
def parsed(source: str) -> ast.Module:
    """A module's tree; each is read by many checks."""
    return ast.parse(source)


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Everything in a module's tree."""
    return tuple(ast.walk(parsed(source)))


def tracked() -> list[Path]:
    """Every file of ours: what is committed and what is about to be; without git, everything in sight."""
    if not (ROOT / ".git").exists():
        seen = [path for path in ROOT.rglob("*") if not path.relative_to(ROOT).parts[0].startswith((".", "var"))]
        return [path for path in seen if path.is_file()]
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def modules(*packages: str) -> list[Path]:
    """The modules of some packages, without migrations."""
    found = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts]


def place(path: Path) -> str:
    """A module's path from the root, as a person would type it."""
    return path.relative_to(ROOT).as_posix()


def is_view(path: Path) -> bool:
    """Whether a module is a view, or a page of the project package."""
    return (
        "views" in path.parts
        or path.name == "views.py"
        or place(path) in ("qualitycounts/pages.py", "qualitycounts/gallery.py")
    )


def rule_of(view: Path) -> list[Path]:
    """The rules of a view in an app without folders: `people/views/absence.py` goes with `people/absence.py`."""
    return sorted(view.parent.parent.glob(f"{view.stem.rstrip('s')}*.py"))


def rules_beside(word: Path) -> list[Path]:
    """The rules in a word's folder, beside its views and forms."""
    return [path for path in sorted(word.glob("*.py")) if path.name not in ("__init__.py", "views.py", "forms.py")]


CLOCK_READERS = (
    *("qualitycounts/base/clock.py", "qualitycounts/health.py", "qualitycounts/metrics.py"),
    *("people/access.py", "people/adapter.py"),
)


def may_read_the_clock(path: Path) -> bool:
    """Whether a module stands where the day comes in: views, forms' callers, commands, tasks, and the doors."""
    return is_view(path) or "commands" in path.parts or path.name == "tasks.py" or place(path) in CLOCK_READERS


def rules(path: Path) -> bool:
    """Whether a module may hold rules: not a view, a form, a command, a task, an address book or a table of fields."""
    outside = {"views", "forms", "commands", "templatetags", "models", "fixtures"}
    names = {"forms.py", "urls.py", "models.py", "tasks.py", "apps.py", "filters.py", "settings.py", "celery.py"}
    return outside.isdisjoint(place(path).split("/")) and path.name not in names and not is_view(path)


def crowded_in(source: str) -> list[str]:
    """Where a template has a line that is too wide, or that holds more tags than one takes in at a glance."""
    lines = enumerate(source.splitlines(), 1)
    return [f"line {number}" for number, line in lines if len(line) > WIDEST or line.count("{%") > MOST_TAGS]


def objects_in(source: str) -> list[str]:
    """Where a view asks the database by itself, instead of a rule."""
    found = [node for node in nodes(source) if isinstance(node, ast.Attribute) and node.attr == "objects"]
    return [f"line {node.lineno}: .objects" for node in found]


def clock_in(source: str) -> list[str]:
    """Where a module reads the day or the time, however it does."""
    readers = {"today", "now", "utcnow", "localdate", "localtime"}
    owners = {"clock", "date", "datetime", "timezone", "london"}
    return [
        f"line {node.lineno}: {ast.unparse(node.func)}()"
        for node in nodes(source)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in readers
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in owners
    ]


def states_set_in(source: str) -> list[str]:
    """Where a record's state is set."""
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in nodes(source)
        if isinstance(node, ast.Assign)
        for target, _ in pairs(node)
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]


def loose_states_in(source: str) -> list[str]:
    """Where a state is set to anything but what its table answered or a state by its name."""
    allowed = re.compile(r"(\w+\.)?State\.[A-Z_]+|.*\.check\(.*\)", re.DOTALL)
    return [
        f"line {node.lineno}: {ast.unparse(value)}"
        for node in nodes(source)
        if isinstance(node, ast.Assign)
        for target, value in pairs(node)
        if isinstance(target, ast.Attribute) and target.attr == "state"
        if not allowed.fullmatch(ast.unparse(value))
    ]


def pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Each target of an assignment with its value: `a, b = c, d` is two."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=False)
        else:
            yield target, node.value


def state_sets_in(source: str) -> list[str]:
    """Where two or more states of an audit are spelt out in a row: such a set has a name on the model."""
    audit_states = {"Audit.State"} | {
        target.id
        for node in nodes(source)
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == "Audit.State"
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in nodes(source)
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        if sum(isinstance(e, ast.Attribute) and ast.unparse(e.value) in audit_states for e in node.elts) > 1
    ]


def dates_by_hand_in(source: str) -> list[str]:
    """Where a date is put into words by hand, or by `%-d`, which only some platforms know; `%Y-%m` is for machines."""
    return [
        f"line {node.lineno}: {node.value}"
        for node in nodes(source)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.search(r"%-[a-zA-Z]|%[aAbB](?![a-zA-Z])", node.value)
    ]


def dates_by_hand_in_template(template: str) -> list[str]:
    """Where a template puts a date into words by Django's `date`, instead of by a filter of ours."""
    return re.findall(r"""\|date:["'][^"']*[jFMDlNS][^"']*["']""", template)


ADDRESS = re.compile(r"/[a-z][a-z-]*/")


def addresses_in(source: str) -> list[str]:
    """Where an address is spelt out, instead of asked for by its route's name. A notice's `link` is its own matter."""
    links = {
        id(part)
        for node in nodes(source)
        if isinstance(node, ast.keyword) and node.arg == "link"
        for part in ast.walk(node.value)
    }
    return [
        f"line {node.lineno}: {node.value}"
        for node in nodes(source)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in links
        if ADDRESS.match(node.value)
    ]


def addresses_in_template(template: str) -> list[str]:
    """Where a template spells out an address of ours, instead of `{% url %}` or `{% static %}`."""
    return re.findall(r"""\b(?:href|action|src|hx-[a-z]+)=["']/[^"']*""", template)


def public_functions(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a module that others may call: its own and its public classes', without Django's own names."""
    bodies = [parsed(source).body]
    bodies += [node.body for node in bodies[0] if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    for body in bodies:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                yield node


def undocumented_in(source: str) -> list[str]:
    """Public functions and classes without a docstring, and a module without one."""
    tree = parsed(source)
    found = [] if not tree.body or ast.get_docstring(tree) else ["the module"]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    named: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef] = [*public_functions(source), *classes]
    inherited = {"handle", "work", "words", "add_arguments", "ready", "process_view", "process_exception"}
    return found + [
        f"line {node.lineno}: {node.name}"
        for node in named
        if not ast.get_docstring(node) and node.name not in inherited and node.name != "Command"
    ]


def positional_actors_in(source: str) -> list[str]:
    """Rules whose `by` and `at` may be passed by place: a rule says by whom and when, by name."""
    found = []
    for node in public_functions(source):
        by_place = {argument.arg for argument in (*node.args.posonlyargs, *node.args.args)}
        every = by_place | {argument.arg for argument in node.args.kwonlyargs}
        if {"by", "at"} <= every and by_place & {"by", "at"}:
            found.append(f"line {node.lineno}: {node.name}")
    return found


def unfinished_refusals_in(source: str) -> list[str]:
    """Refusals whose sentence is not one: it begins with a capital and ends with a full stop or a question mark."""
    found = []
    for node in nodes(source):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if not named or node.func.id not in {"Refused", "NotNow", "NotAllowed", "Stale", "TooLarge", "Unknown"}:  # type: ignore[union-attr]
            continue
        said = node.args[0] if node.args else None  # type: ignore[union-attr]
        pieces = said.values if isinstance(said, ast.JoinedStr) else [said]
        first, last = pieces[0], pieces[-1]
        if isinstance(first, ast.Constant) and not re.match(r"[A-Z“]", str(first.value)):
            found.append(f"line {node.lineno}: begins “{str(first.value)[:20]}”")
        if isinstance(last, ast.Constant) and not str(last.value).rstrip().endswith((".", "?", ".”")):
            found.append(f"line {node.lineno}: ends “{str(last.value)[-20:]}”")
    return found


REFUSALS = frozenset(["Refused", "TooLarge", "NotNow", "Stale", "NotAllowed"])


def answers_written_by_hand_in(source: str) -> list[str]:
    """Where a check's refusal is turned into yes or no by hand, instead of by `refusals.allows`."""
    return [
        f"line {handler.lineno}: except {ast.unparse(handler.type)}"
        for handler in nodes(source)
        if isinstance(handler, ast.ExceptHandler) and handler.type is not None and handler.name is None
        if {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} & REFUSALS
        if isinstance(handler.body[0], ast.Return | ast.Continue | ast.Pass)
    ]


def long_views_in(source: str) -> list[str]:
    """Views that are more than doorway, form, rule and reply."""
    return [
        f"line {node.lineno}: {node.name} has {length} lines"
        for node in public_functions(source)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_VIEW
    ]


INLINE = re.compile(
    r"""\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|javascript:|\son[a-z]+\s*=\s*["']|\shx-on""", re.IGNORECASE
)


def inline_in(template: str) -> list[str]:
    """What the Content-Security-Policy refuses: a style, a script or a handler in the page itself."""
    return [mark.group().strip() for mark in INLINE.finditer(template)]


def unpaired_in(fields: Iterable[models.Field[object, object]], constraints: Iterable[str]) -> list[str]:
    """Moments `x_at` without their `x_by`, or that no constraint ties to it."""
    names = {field.name: field for field in fields}
    held = list(constraints)
    found = []
    for name, field in names.items():
        if not (isinstance(field, models.DateTimeField) and name.endswith("_at")):
            continue
        stem = name.removesuffix("_at")
        if f"{stem}_by" not in names:
            found.append(f"{name} has no {stem}_by")
        elif not field.null and names[f"{stem}_by"].null:
            continue  # always done, by a person or by a command
        elif not any(constraint.endswith(f"_{stem}_at_by") for constraint in held):
            found.append(f"{name} and {stem}_by have no constraint")
    return found


def script_imports(paths: Iterable[Path]) -> dict[str, set[str]]:
    """Which scripts each script imports, by their place."""
    named = re.compile(r"""^(?:import|export)\b[^"']*["'](\.[^"']+)["']""", re.MULTILINE)
    return {
        place(path): {place((path.parent / name).resolve()) for name in named.findall(path.read_text(encoding="utf-8"))}
        for path in paths
    }


def circle_in(imports: Mapping[str, Iterable[str]]) -> list[str]:
    """Modules that import each other in a circle, the first of them again at its end; empty where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        return list(circle.args[1])
    return []


def words_in(text: str) -> set[str]:
    """The words of a text in small letters."""
    return set(re.findall(r"[a-z]+", text.lower()))


def kept_out(words: Iterable[str], hashes: Iterable[str]) -> list[str]:
    """The words whose sha256 is among the hashes: how a name is kept out of the tree without standing in it."""
    wanted = set(hashes)
    return [word for word in words if hashlib.sha256(word.encode()).hexdigest()[:16] in wanted]


def top_level_names(source: str) -> Iterator[tuple[int, str]]:
    """The public functions and classes at the top of a module, each with its line."""
    for node in parsed(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.lineno, node.name


def vague_names_in(source: str) -> list[str]:
    """Functions and classes whose name would fit anything."""
    return [f"line {line}: {name}" for line, name in top_level_names(source) if name in VAGUE]


VAGUE_LOCALS = frozenset(["found", "one", "listed", "here", "near", "thing", "told", "give", "make", "tell", "desk"])


def vague_locals_in(source: str) -> list[str]:
    """Where a function names what it holds by a word that fits everything. Fields of a class are not asked."""
    functions = [node for node in nodes(source) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    names = [node for function in functions for node in ast.walk(function) if isinstance(node, ast.Name)]
    vague = {node for node in names if isinstance(node.ctx, ast.Store) and node.id in VAGUE_LOCALS}
    return sorted(f"line {node.lineno}: {node.id}" for node in vague)


def names_given_twice(paths: Iterable[Path]) -> dict[str, list[str]]:
    """The names that stand at the top of more than one of these modules, each with where."""
    places: dict[str, list[str]] = {}
    for path in paths:
        for _, name in top_level_names(path.read_text(encoding="utf-8")):
            places.setdefault(name, []).append(place(path))
    return {name: where for name, where in places.items() if len(where) > 1}


def hides_the_standard_library(paths: Iterable[Path]) -> list[str]:
    """Modules and packages inside an app that are named like one of Python's own."""
    names = {(place(path), part) for path in paths for part in path.relative_to(ROOT).with_suffix("").parts[1:]}
    return sorted(where for where, name in names if name in sys.stdlib_module_names)
