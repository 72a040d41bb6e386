"""What an activity of the programme found beside grades, what its tool was answered, and who of a partner agency writes
it down."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audits.models.audit import Audit
from audits.models.programme import Activity
from people.models import User
from qualitycounts.base.moments import together


class Contributor(models.Model):
    """Who writes down what one partner agency found in a multi-agency audit."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="contributors")
    agency = models.CharField(max_length=120)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="contributes_to")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("agency", "pk")
        constraints = [
            *together("contributor", "named"),
            models.UniqueConstraint(fields=["activity", "agency"], name="contributor_once_an_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.agency}"


class Finding(models.Model):
    """One finding of an activity: a partner agency's, an answer to one of its questions, or an observation of practice.

    The first two are of one case where cases are drawn. An observation says whose practice was seen, what was seen,
    its strengths, what is to be learned and what will be done.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="findings")
    audit = models.ForeignKey(Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    agency = models.CharField(max_length=120, blank=True, help_text="The partner agency whose finding it is.")
    question = models.CharField(max_length=200, blank=True, help_text="The question of the activity that it answers.")
    on = models.DateField(help_text="The day it was found or seen.")
    seen = models.CharField(max_length=120, blank=True, help_text="The practice observed, such as a conference.")
    observed = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Whose practice was seen."
    )
    text = models.TextField()
    strengths = models.TextField(blank=True)
    learning = models.TextField(blank=True)
    action = models.TextField(blank=True, help_text="What will be done after an observation, by whom and by when.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("on", "pk")
        constraints = [
            *together("finding", "recorded"),
            models.CheckConstraint(condition=Q(observed=None) | Q(audit=None), name="finding_of_a_case_or_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.agency or self.question or self.seen}"

    @property
    def about(self) -> str:
        """What stands over it: the agency, the question or the practice."""
        return self.agency or self.question or self.seen


class ToolSheet(models.Model):
    """The tool of an activity as it was answered once: of one case by its auditor or for a partner agency, or of one
    observation. It counts once it is finished."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="sheets")
    audit = models.ForeignKey(Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="tool_sheets")
    finding = models.OneToOneField(
        Finding,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tool_sheet",
        help_text="The observation.",
    )
    agency = models.CharField(
        max_length=120, blank=True, help_text="The agency it was answered for; empty: the council."
    )
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *together("toolsheet", "saved", "finished"),
            models.UniqueConstraint(fields=["activity", "audit", "agency"], name="tool_sheet_once"),
            models.CheckConstraint(
                condition=Q(audit=None, finding__isnull=False) | Q(audit__isnull=False, finding=None),
                name="tool_sheet_of_a_case_or_an_observation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.audit_id or self.finding_id} {self.agency}"


class ToolAnswer(models.Model):
    """One question of a tool as it was answered: what was chosen, words, or both."""

    sheet = models.ForeignKey(ToolSheet, on_delete=models.CASCADE, related_name="answers")
    number = models.PositiveSmallIntegerField(help_text="The question’s number in its tool.")
    choice = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Which of its choices, from 1.")
    words = models.TextField(blank=True)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="tool_answer_once")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.number}"
