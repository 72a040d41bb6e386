"""The SMART plan: actions with one owner and a date, and the supervision in which they were talked through."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from audits.models.audit import Audit, Judgement
from people.models import StoredFile, User
from qualitycounts.base.moments import together
from standards.models import Criterion


class ActionQuerySet(models.QuerySet["Action"]):
    """The questions that are asked of actions, each defined once."""

    def unfinished(self) -> ActionQuerySet:
        """Neither verified nor cancelled."""
        return self.filter(state__in=Action.UNFINISHED)

    def overdue(self, on: date) -> ActionQuerySet:
        """The only definition of an overdue action: still open on a day after its due date, in a final audit."""
        return self.filter(state=Action.State.OPEN, due_on__lt=on, audit__state__in=Audit.FINAL)


class Action(models.Model):
    """One thing that one person will do by a date, how we will know, and what is better for the child then."""

    class Kind(models.TextChoices):
        IMMEDIATE = "immediate", "Immediate"
        SUPERVISION = "supervision", "Through supervision"

    class State(models.TextChoices):
        OPEN = "open", "To do"
        DONE = "done", "Done, to be checked"
        VERIFIED = "verified", "Checked"
        CANCELLED = "cancelled", "Cancelled"

    UNFINISHED = (State.OPEN, State.DONE)
    """Neither verified nor cancelled."""

    class Part(models.TextChoices):
        MANAGER = "manager", "Responsible manager"
        WORKER = "worker", "Keyworker"

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="actions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    judgements = models.ManyToManyField(Judgement, related_name="actions", help_text="The grades it answers.")
    criteria = models.ManyToManyField(Criterion, related_name="+", help_text="The points of them that it answers.")
    what = models.TextField()
    measure = models.TextField()
    outcome = models.TextField()
    resources = models.TextField()
    part = models.CharField(max_length=8, choices=Part)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    carried_out_by = models.CharField(
        max_length=120,
        blank=True,
        help_text="Who does it where the owner only sees to it: a school, a reviewing officer.",
    )
    due_on = models.DateField()
    first_due_on = models.DateField(help_text="The date it first counted by; never changed by an extension.")
    signed_due_on = models.DateField(
        null=True, blank=True, help_text="The date that was signed, where the audit was finalised too late for it."
    )
    agreed_in = models.CharField(
        max_length=12,
        default="meeting",
        choices=[("meeting", "The meeting"), ("supervision", "Supervision"), ("panel", "The panel")],
    )
    evidence = models.TextField(blank=True)
    done_on = models.DateField(null=True, blank=True, help_text="The day it was done, which may be before it was said.")
    done_at = models.DateTimeField(null=True, blank=True, help_text="When it was written down that it is done.")
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    countersigned_at = models.DateTimeField(
        null=True, blank=True, help_text="The Head of Service's, where the audit is Inadequate."
    )
    countersigned_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    returned_why = models.TextField(blank=True)
    ended_why = models.TextField(blank=True, help_text="Why it was cancelled.")
    version = models.PositiveIntegerField(default=1)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "number")
        indexes = [
            models.Index(fields=["state", "due_on"], name="action_state_due"),
            models.Index(fields=["first_due_on"], name="action_first_due"),
        ]
        constraints = [
            *together("action", "done", "countersigned", "verified"),
            models.UniqueConstraint(fields=["audit", "number"], name="action_number_once"),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=F("done_by")), name="action_doer_not_checker"
            ),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(ended_why=""), name="action_cancelled_why"),
            models.CheckConstraint(condition=~Q(kind="immediate") | Q(carried_out_by=""), name="action_immediate_own"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def agreed_for(self) -> date:
        """The date that was agreed in words and signed."""
        return self.signed_due_on or self.first_due_on

    @property
    def by_whom(self) -> str:
        """Who answers for it; and who does it, where that is somebody else."""
        owner = self.owner.name if self.owner else "Nobody at present"
        return with_whom(owner, self.carried_out_by)

    @property
    def ref(self) -> str:
        """Its address and its name in the trail, such as QC-2612-041-2."""
        return f"{self.audit.ref}-{self.number}"


def with_whom(owner: str, carried_out_by: str) -> str:
    """An owner by name, and who else carries the action out."""
    return f"{owner}, through {carried_out_by}" if carried_out_by else owner


class PlanDraft(models.Model):
    """An action as one chair has begun to type it, kept so that no word is lost; not part of the record."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="drafts")
    number = models.PositiveSmallIntegerField(default=0, help_text="The action that it changes; 0 is a new one.")
    version = models.PositiveIntegerField(default=0, help_text="The version of that action which the page had.")
    what = models.TextField(blank=True)
    measure = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    resources = models.TextField(blank=True)
    carried_out_by = models.TextField(blank=True)
    who = models.CharField(max_length=9, blank=True)
    due_on = models.DateField(null=True, blank=True)
    numbers = models.JSONField(default=list)
    points = models.JSONField(default=list)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *together("plan_draft", "written"),
            models.UniqueConstraint(fields=["audit", "number", "written_by"], name="plan_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.number}"


class ActionFile(models.Model):
    """A file given as evidence of an action."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="action_file")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.action_id} {self.file_id}"


class CaseNote(models.Model):
    """One version of the entry for the child's file. A new one is kept each time that what it says has changed."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="case_notes")
    number = models.PositiveIntegerField()
    text = models.TextField()
    made = models.DateTimeField()
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["audit", "number"], name="case_note_number_once")]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.number}"


class SupervisionQuerySet(models.QuerySet["Supervision"]):
    """The one question that is asked of supervisions."""

    def that_count(self) -> SupervisionQuerySet:
        """Not those before a panel graded the audit down: it is talked through again."""
        return self.filter(Q(audit__asked_anew=None) | Q(recorded_at__gte=F("audit__asked_anew")))


class Supervision(models.Model):
    """The supervision in which the audit was talked through with the worker (App. 2, after)."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="supervisions")
    on = models.DateField()
    discussed = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        ordering = ("on", "pk")
        constraints = together("supervision", "recorded")

    def __str__(self) -> str:
        return f"{self.audit_id} {self.on:%Y-%m-%d}"
