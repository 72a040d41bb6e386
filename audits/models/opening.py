"""Who opened which record, when, and from where; no words of the record."""

from __future__ import annotations

from django.db import models

from people.models import User


class Opening(models.Model):
    """One opening of a record by a person. Written as the page is answered; retention alone removes it.

    Two openings with the same `slot` count once: `slot` is the moment itself for a page that somebody opens, and the
    full hour for a list, a meeting and what a page fetches by itself, which would else be a row every few seconds.
    """

    class Kind(models.TextChoices):
        CASE = "case", "Case"
        AUDIT = "audit", "Audit"
        ACTION = "action", "Action"
        ESCALATION = "escalation", "Escalation"
        PANEL = "panel", "Panel paper"
        FILE = "file", "File of evidence"
        EVIDENCE = "evidence", "Evidence"
        REPORT = "report", "Report"
        DRAW = "draw", "Draw"
        NOTE = "note", "Note or answer"
        VIEWING = "viewing", "Case view"
        ACTIVITY = "activity", "Activity"
        IMPORT = "import", "Import"
        LIST = "list", "List"

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    roles = models.CharField(max_length=250, help_text="The roles that the person held then, by a comma.")
    in_place_of = models.ForeignKey(
        User,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whom the person stood in for that day; of several the first.",
    )
    kind = models.CharField(max_length=10, choices=Kind)
    ref = models.CharField(max_length=80, blank=True, help_text="What stands for the record in its address.")
    audit_ref = models.CharField(max_length=20, blank=True, db_index=True, help_text="The audit it belongs to.")
    case_key = models.BigIntegerField(null=True, db_index=True, help_text="The case's row, where a case was opened.")
    page = models.CharField(max_length=60, help_text="The name of the address.")
    as_file = models.BooleanField(default=False, help_text="Whether it was taken away as a file.")
    address = models.GenericIPAddressField(null=True, help_text="The network address that asked.")
    slot = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["by", "at"], name="opening_by_person")]
        constraints = [models.UniqueConstraint(fields=["by", "page", "ref", "slot"], name="opening_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.ref}".strip()
