"""What those who come after the audits listen for, each in the transaction of what happened."""

from django.dispatch import Signal

audit_graded = Signal()
"""Sent inside the transaction that finalises an audit or changes its grade, with `audit`, `was` (the grade before,
"" at finalising), `by` and `at`. Escalation listens, so that a grade that escalates cannot exist without its
escalation; a fault there undoes the grade too."""

audit_revised = Signal()
"""Sent once a final audit is no longer as it was signed, with `audit`, `by` and `at`: the panel changed one of its
grades, that of a standard too, or it was set aside."""

action_signed = Signal()
"""Sent once a Head of Service has signed one immediate action, with `audit`, `by` and `at`: where it was the last, the
escalation's step is signed with it, so that one thing is signed once."""

action_extended = Signal()
"""Sent once an action has a later date, with `action`, `was` (the date before), `why`, `by` and `at`: a step of the
escalation that goes by the same date moves with it."""
