"""What is kept of what was done: the trail, stored files, and what the council set."""

from __future__ import annotations

from django.db import models

from people.models.accounts import User
from qualitycounts.base.moments import together


class TrailEntry(models.Model):
    """One thing that was done: who, when, to what, from which state to which, and why. Never changed, never removed.

    `hash` chains each entry to the one before and covers `why_hash` and `content_hash`, so that retention may blank
    both texts and the chain still verifies. Triggers on both engines refuse anything else.
    """

    seq = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    in_place_of = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", help_text="Whoever is away, where a deputy acted."
    )
    act = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    ref = models.CharField(max_length=60)
    was = models.CharField(max_length=40, blank=True)
    now = models.CharField(max_length=40, blank=True)
    why = models.TextField(blank=True)
    why_hash = models.CharField(max_length=64, default="")
    content = models.TextField(null=True)
    content_hash = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("seq",)
        indexes = [models.Index(fields=["kind", "ref", "seq"], name="trail_subject")]

    def __str__(self) -> str:
        return f"{self.seq} {self.act} {self.ref}"


class StoredFile(models.Model):
    """A file that somebody handed over as evidence. It lies outside the web root, where `people.files` keeps it.

    What belongs to it (an action, an entry of evidence) points here; whoever may open that may open this. A file that
    was taken out keeps its row, and its bytes are gone.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word document"
        PNG = "png", "Picture"

    class Scan(models.TextChoices):
        CLEAN = "clean", "Checked for viruses"
        NONE = "none", "Not checked for viruses: no scanner is set up"

    key = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=4, choices=Kind)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=8, choices=Scan)
    stored_at = models.DateTimeField(db_index=True)
    stored_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    removed_why = models.TextField(blank=True)
    expired = models.DateTimeField(null=True, blank=True, help_text="When the retention schedule took its bytes.")

    class Meta:
        constraints = together("storedfile", "stored", "removed")

    def __str__(self) -> str:
        return self.name


class CouncilSetting(models.Model):
    """One change of one of the council's settings (`people.council_settings`). A slug's highest number is in force."""

    slug = models.SlugField(max_length=40)
    number = models.PositiveIntegerField()
    value = models.TextField()
    why = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("slug", "number")
        constraints = [
            *together("setting", "set"),
            models.UniqueConstraint(fields=["slug", "number"], name="setting_changed_once"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return self.slug
