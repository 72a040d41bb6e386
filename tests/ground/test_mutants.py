"""What `make mutants` shows: faults that tests let through, without those in a sentence; and which tests it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import mutants

pytestmark = pytest.mark.once
HEAD = "--- audits/grading.py\n+++ audits/grading.py\n@@ -1 +1 @@\n"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('raise NotNow("Too late.")', 'raise NotNow("XXToo late.XX")', True),
        ('raise NotNow(f"Too late for {audit.ref}.")', 'raise NotNow(f"XXToo late for {audit.ref}.XX")', True),
        ("if due < on:", "if due <= on:", False),
        ('raise Refused("Say why.", "why")', 'raise Refused("Say why.", None)', False),
    ],
)
def test_a_fault_in_a_sentence_alone_is_not_shown(before: str, after: str, words: bool) -> None:
    assert mutants.only_words(f"{HEAD}-    {before}\n+    {after}\n") is words


def test_the_tests_of_a_word_are_found_by_its_name() -> None:
    assert mutants.tests_of(Path("people/trail.py")) == ["tests/people/test_trail.py"]
    assert mutants.tests_of(Path("people/no_such_word.py")) == ["tests/people"]
