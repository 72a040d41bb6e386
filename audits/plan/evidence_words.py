"""Telling evidence that another person can open from words that show nothing, such as "ASAP", "Done" or ".".

They are judged only where somebody proves something: evidence, what was done to make a child safe, a supervision, a
check, what is missing from work that is sent back. A sentence that says anything else beside is never refused.
"""

from __future__ import annotations

import re
import unicodedata

from audits.plan.smart_phrases import VAGUE
from qualitycounts.base.refusals import Refused

WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
SHORTEST = 3
"""Letters of the shortest English word that says something by itself."""
QUOTED = 40
"""Characters of what was written that a refusal repeats."""
EMPTY = frozenset(
    """
    a about above accordingly action actioned actions active again ago agreed all almost already also am an and any
    are as at awaited awaiting back be been before being below both by can carried complete completed completely
    completing completion continue continued continues continuing could current currently date delivered did ditto
    do does doing done due each eventually ever every everything evidence evidenced expected fine finish finished
    finishing follow following follows for from fulfilled full fully future get getting go going got had hand has
    have having he her here him his i if immediate implemented in into is it its just later me mine month months
    more my near nearly next nil no none nor not noted nothing now null of ok okay on one or other our ours out own
    partially partly pending per planned please possible possibly process progress progressing quickly resolved same
    satisfactory see shall she should so some sorted start started starting still sure taken task tasks tbc test
    than thank thanks that the their them then there these they thing things this those tick ticked time to today
    tomorrow too track trying undefined under undertaken underway unknown up updated us various very wait waiting
    was way we week weeks well were what when will wip with work working would yes yesterday yet you your
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
"""English words that, alone or together, show nothing that another person could open and see."""


def plain_words(text: str) -> str:
    """The text in plain letters, without hidden characters: what looks like ASAP is judged as ASAP."""
    joined = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return re.sub(r"[‐‑‒–—]", "-", joined).replace("’", "'")


def says_nothing(text: str) -> bool:
    """Whether it holds nothing but `smart_phrases.VAGUE`, empty words, figures and punctuation."""
    rest = VAGUE.sub(" ", plain_words(text)).lower()
    return not any(word not in EMPTY and (len(word) >= SHORTEST or not word.isascii()) for word in WORD.findall(rest))


def check_evidence_words(text: str, field: str, ask: str) -> None:
    """Refused (422, naming the field) where the text says nothing; `ask` is the sentence that says what to write."""
    if not says_nothing(text):
        return
    said = " ".join(text.split())
    if not any(char.isalnum() for char in said):
        raise Refused(ask, field)
    quoted = said if len(said) <= QUOTED else f"{said[:QUOTED].rstrip()}…"
    raise Refused(f"“{quoted}” cannot be checked. {ask}", field)
