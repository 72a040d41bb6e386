"""Child made safe: the manager says what was done, and the Head of Service agrees."""

from __future__ import annotations

from dataclasses import replace

from escalation.models import Escalation
from escalation.steps import acts, times
from escalation.steps.people import Who
from escalation.steps.step_kind import Asked, RecordedKind, registered


@registered
class MakeSafe(RecordedKind):
    """The second step of a concern, beside the first."""

    path, slug, order = Escalation.Path.SAFEGUARDING, "make_safe", 20
    title = past = "Child made safe"
    owner = Who.MANAGER
    since, days, together = "opened", times.MAKE_SAFE, True
    closes = "The manager says what was done, and the Head of Service agrees that the child is safe."
    acts = (replace(acts.SIGN, link="Agree that the child is safe"), acts.RECORD)
    to_do = Asked("Say what was done to make the child safe", "Say what was done")
    signature = Asked("Agree that the child is safe", "Agree child is safe")
    proof = "Say what was done to make the child safe, by whom and when."
    question = "is the child safe?"
