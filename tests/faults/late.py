"""Many deadlines that pass on one day, made in a few statements from one that was walked."""

from __future__ import annotations

from audits.duties import owed
from audits.models import Action
from audits.reminders import weekly
from people import council_settings, digests
from people.models import Notice
from people.roles import Role
from tests.conftest import NOW, load_what_the_council_has
from tests.escalation.build import add_action, finalised_audit
from tests.factories import Council, UserFactory

DUE = "2026-11-23"
"""When each of them is due; the day after, each is told to two QA Officers."""


def make(count: int) -> int:
    """So many final audits, each with one action to do; two QA Officers are told when one is late."""
    load_what_the_council_has()
    council = Council.make()
    UserFactory.create(name="Bastian Kaur", roles=(Role.QA_OFFICER,))
    audit = finalised_audit(council, grade="good")
    action = add_action(audit)
    for number in range(2, count + 1):
        audit.pk, audit.ref, audit.number = None, f"QC-2611-{number:03}", number
        audit._state.adding = True
        audit.save()
        action.pk, action.audit = None, audit
        action._state.adding = True
        action.save()
    Notice.objects.all().delete()
    for setting, value in ((digests.MAILS, "each"), (weekly.SUMMARY, "no"), (owed.HEAD_DAYS, "60")):
        why = "So that each notice is a deadline's, with a mail of its own."
        council_settings.change(setting, by=council.head_of_qa, at=NOW, value=value, why=why, number=0)
    return Action.objects.count()
