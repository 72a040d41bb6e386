"""What the shape of the code is held to: each check takes what it reads and returns the breaches it found.

`test_shape.py` runs them on the tree, and on something broken, so that none of them is a check that cannot fail.
"""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from django.db import models

ROOT = Path(__file__).resolve().parent.parent
APPS = ("people", "standards", "audits", "escalation", "reporting")
PACKAGES = ("qualitycounts", *APPS)
LONGEST = 330
"""Lines of one module; past about 300 it splits, by word."""
LONGEST_TEST = 400
"""Lines of one module of tests."""
LONGEST_VIEW = 30
"""Lines of one view: doorway, form, rule, reply."""


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
    return "views" in path.parts or place(path) in ("qualitycounts/pages.py", "qualitycounts/gallery.py")


def may_read_the_clock(path: Path) -> bool:
    """Whether a module stands where the day comes in: views, forms' callers, commands, tasks, and the doors."""
    return (
        is_view(path)
        or "commands" in path.parts
        or path.name == "tasks.py"
        or place(path) in ("qualitycounts/clock.py", "qualitycounts/health.py", "people/access.py", "people/adapter.py")
    )


def rules(path: Path) -> bool:
    """Whether a module may hold rules: not a view, a form, a command, a task, an address book or a table of fields."""
    outside = {"views", "forms", "commands", "templatetags", "models", "demo"}
    names = {"forms.py", "urls.py", "models.py", "tasks.py", "apps.py", "filters.py", "settings.py", "celery.py"}
    return outside.isdisjoint(path.parts) and path.name not in names and not is_view(path)


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


def words_in(text: str) -> set[str]:
    """The words of a text in small letters."""
    return set(re.findall(r"[a-z]+", text.lower()))


def kept_out(words: Iterable[str], hashes: Iterable[str]) -> list[str]:
    """The words whose sha256 is among the hashes: how a name is kept out of the tree without standing in it."""
    wanted = set(hashes)
    return [word for word in words if hashlib.sha256(word.encode()).hexdigest()[:16] in wanted]
