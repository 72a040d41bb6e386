"""The family's voice in the meeting: the box of the record is proposed from it and never set by itself, and where
nobody was asked one press puts the asking into the plan."""

from __future__ import annotations

from datetime import datetime

from audits.case_system import CASE_SYSTEM
from audits.family.questions import questions_in_force
from audits.family.said import family_voice
from audits.meeting.lifecycle import record_note
from audits.models import Action, Audit, Note
from audits.plan.smart_plan import add_meeting_action, latest_date
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import LONGEST, NotNow, has_words
from standards import standard_sets

BOX = "feedback"
WHAT = "Ask the child and the family what they think of the help, by the council’s questions"
MEASURE = "A case note on {} has what they said, in their words, or that they would rather not say"
OUTCOME = "The child and the family are heard, and the plan says what changes because of it"
RESOURCES = "An hour with the family, and the questions, which are on the audit’s page"


def put_in_box(audit: Audit, *, by: User, at: datetime) -> Note:
    """Put how far the family was asked and what it said into the record's box, as a first text to go on from.

    Refused: words in the box already (409), not in a chair (403), the meeting not going on (409).
    """
    note = audit.notes.filter(slug=BOX).first()
    if note is not None and has_words(note.text):
        raise NotNow("The box has words already. Copy from what the family said what is missing there.")
    voice = family_voice(audit)
    return record_note(
        audit,
        by=by,
        at=at,
        slug=BOX,
        choice=voice.choice,
        text=voice.text[:LONGEST],
        version=note.version if note else 0,
    )


def add_ask_action(audit: Audit, *, by: User, at: datetime) -> Action:
    """Put the asking into the plan, for the standard that the guide has on voice, through supervision.

    Refused: the family was asked, or it is in the plan already (409); and as `add_meeting_action`.
    """
    if not family_voice(audit).is_unasked:
        raise NotNow("The family was asked already. Open what they said from the audit’s page.")
    return add_meeting_action(
        audit,
        by=by,
        at=at,
        kind=Action.Kind.SUPERVISION,
        part=Action.Part.WORKER,
        numbers=[number_of_voice(audit)],
        what=WHAT,
        measure=MEASURE.format(CASE_SYSTEM.value()),
        outcome=OUTCOME,
        resources=RESOURCES,
        due_on=latest_date(Action.Kind.SUPERVISION, day_of(at)),
    )


def number_of_voice(audit: Audit) -> int:
    """The grade that the action is for: the first standard that the questions speak to and that applies here, else the
    case as a whole."""
    applying = list(audit.judgements.filter(applies=True).values_list("number", flat=True))
    keys = (key for question in questions_in_force() for key in question.standards)
    spoken_to = standard_sets.numbers_of(audit.standard_set, keys)
    return next((number for number in spoken_to if number in applying), applying[-1])


def is_in_plan(audit: Audit) -> bool:
    """Whether the plan asks the family already."""
    return audit.actions.filter(what=WHAT).unfinished().exists()
