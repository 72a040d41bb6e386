"""`make mutants FOLDER=audits/meeting TESTS=tests/audits/meeting`: small faults that the tests let through.

A tool for whoever writes a rule, in no other run: it takes minutes. FOLDER is a module or a folder; TESTS, the tests of
the same word, are looked for where they are not given. Each fault (`<` for `<=`, a condition left out, a word left
away) is put into a copy of the code, and the tests that pass through that function are run against it. Those that no
test noticed are printed, but for faults in a sentence. Some matter to nobody; each that does asks for a test.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import servers  # noqa: E402

MUTMUT = str(Path(sys.executable).parent / "mutmut")
SENTENCE = re.compile(r'f?"[^"]*"')
SECTION = """
[tool.mutmut]
source_paths = ["{app}"]
only_mutate = {only}
also_copy = {others}
pytest_add_cli_args = ["-p", "no:cacheprovider", "--reuse-db", "-m", "not browser and not faults"]
pytest_add_cli_args_test_selection = {tests}
use_git_change_detection = false
use_setproctitle = false
timeout_constant = 5.0
timeout_multiplier = 3.0
"""


def tests_of(asked: Path) -> list[str]:
    """The tests of the same word: `tests/audits/meeting/test_grading.py`, or the folder of that name."""
    app, word = asked.parts[0], asked.stem
    inside = Path("tests", *asked.parts[:-1])
    places = [inside / f"test_{word}.py", inside / word, Path("tests", *asked.parts[:2]), Path("tests", app)]
    return [next(str(place) for place in places if (ROOT / place).exists())]


def copy(home: Path) -> None:
    """What is under version control, or new and not left out of it, into the folder."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes((ROOT / name).read_bytes())


def settings_of(asked: Path, tests: list[str], home: Path) -> str:
    """What mutmut is told."""
    only = [str(asked)] if asked.suffix == ".py" else [f"{asked}/*.py", f"{asked}/**/*.py"]
    left = (asked.parts[0], ".git", "pyproject.toml")
    others = sorted(one.name for one in home.iterdir() if one.name not in left)
    return SECTION.format(app=asked.parts[0], only=only, others=others, tests=tests)


def changed(shown: str) -> tuple[list[str], list[str]]:
    """The lines that a fault took away and those that it put in."""
    lines = [line for line in shown.splitlines() if not line.startswith(("---", "+++"))]
    return [line for line in lines if line.startswith("-")], [line for line in lines if line.startswith("+")]


def only_words(shown: str) -> bool:
    """Whether nothing but the inside of a sentence was changed."""
    before, after = ([SENTENCE.sub('""', line[1:]) for line in lines] for lines in changed(shown))
    return before == after


def main() -> int:
    """0 when no fault was let through, 1 when some were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a module or a folder of the product")
    parser.add_argument("tests", nargs="*", help="its tests (looked for where they are not given)")
    options = parser.parse_args()
    with servers.folder() as home:
        code, var = home / "code", home / "var"
        copy(code)
        with (code / "pyproject.toml").open("a") as settings:
            settings.write(settings_of(options.folder, options.tests or tests_of(options.folder), code))
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment |= {"ENV_FILE": os.devnull, "VAR_DIR": str(var), "PYTHONUNBUFFERED": "1"}

        def mutmut(*words: str) -> str:
            done = subprocess.run(
                [MUTMUT, *words], cwd=code, env=environment, capture_output=True, text=True, check=False
            )
            return done.stdout

        said = mutmut("run", "--max-children", "1")
        made = re.findall(r"(\d+)/\d+  🎉 (\d+)", said)[-1:]
        names = re.findall(r"^\s*(\S+): (?:survived|no tests)$", mutmut("results"), re.MULTILINE)
        left = {name: shown for name in names if not only_words(shown := mutmut("show", name))}
    for name, shown in left.items():
        print(name, *(line for lines in changed(shown) for line in lines), "", sep="\n")
    for faults, noticed in made:
        print(
            f"{faults} faults, {noticed} noticed; {len(names)} let through, {len(left)} of them in more than a sentence"
        )
    if not made:
        print(said[-2000:], "No fault was tried.", sep="\n")
    return 1 if left or not made else 0


if __name__ == "__main__":
    sys.exit(main())
