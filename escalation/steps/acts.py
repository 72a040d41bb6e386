"""The acts there are, with their words: those of which a kind of step takes its own, and those that keep any moving."""

from __future__ import annotations

from escalation.steps import acting, moving
from escalation.steps.step_kind import Act, Words

ACKNOWLEDGE = Act(
    "acknowledge",
    "Acknowledge",
    "I have read it and have it",
    "Acknowledged.",
    acting.check_acknowledge,
    acting.acknowledge_step,
    asks=Words("words", "A word about what happens first (optional)", needed=False),
)
RECORD = Act(
    "record",
    "Say what was done",
    "This is what was done",
    "Recorded. Another agrees now.",
    acting.check_record,
    acting.record_made_safe,
    asks=Words("acted", "What was done, by whom and when?"),
)
SIGN = Act(
    "sign",
    "Read and sign",
    "I agree and sign",
    "Signed.",
    acting.check_sign,
    acting.sign_step,
    asks=Words("words", "What did you look at? (optional)", needed=False),
    answers=True,
    shown=True,
)
COMPLETE = Act(
    "complete",
    "Say that all of it is done",
    "All of it is done",
    "Said. The QA check comes next.",
    acting.check_complete,
    acting.complete_step,
    asks=Words("words", "A word about it (optional)", needed=False),
    answers=True,
)
CONFIRM = Act(
    "confirm",
    "Say that the record is right",
    "I have seen it on the record",
    "Checked.",
    acting.check_confirm,
    acting.confirm_step,
    asks=Words("words", "What did you look at on the record?"),
    answers=True,
    shown=True,
)
SEND_BACK = Act(
    "reopen",
    "Send it back, with what is missing",
    "Send it back",
    "Sent back. The manager has been told.",
    acting.check_send_back,
    acting.send_back_step,
    hint="The manager reads what is missing. No date comes nearer",
    asks=Words("why", "What is missing?"),
    answers=True,
)
DECIDE = Act(
    "decide",
    "Decide how it ends",
    "This is my decision",
    "Decided.",
    acting.check_decide_step,
    acting.decide_step,
    asks=Words("why", "How does it end, and why?"),
    answers=True,
)
ASK = Act(
    "ask", "Ask for it", "Ask for it", "Asked. They have been told.", moving.check_ask, moving.ask_owner, at_once=True
)
PASS_UP = Act(
    "pass_up",
    "Pass it up now, with a reason",
    "Pass it up",
    "Passed up. The owner and the date stay.",
    moving.check_pass_up,
    moving.pass_step_up,
)
EXTEND = Act(
    "extend",
    "Give more time, with a reason",
    "Give more time",
    "It has a new date. The first stays in sight.",
    moving.check_extend,
    moving.extend_step,
    hint="The first date stays in sight",
)
HAND_OVER = Act(
    "hand_over",
    "Give it to another person, with a reason",
    "Give it to them",
    "It has a new owner. Both have been told.",
    moving.check_hand_over,
    moving.hand_step_over,
    hint="Its date stays",
)
IN_WORDS = (ACKNOWLEDGE, RECORD, SIGN, COMPLETE, SEND_BACK, DECIDE)
"""Those whose page asks for words and no more; `CONFIRM` asks for the password too."""
MOVING = (ASK, PASS_UP, EXTEND, HAND_OVER)
"""Those that keep a step moving, whatever its kind."""
