"""The one signal: an overall grade was fixed or changed."""

from django.dispatch import Signal

audit_graded = Signal()
"""Sent inside the transaction that finalises an audit or changes its grade, with `audit`, `was` (the grade before,
"" at finalising), `by` and `at`. Escalation listens, so that a grade that escalates cannot exist without its
escalation; a fault there undoes the grade too."""
