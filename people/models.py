"""Who works here, what each may do from when to when, what was done, and what each was told."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from people.pairs import together
from people.roles import Role


class Service(models.Model):
    """A service of the council's children's social care, led by a Head of Service."""

    name = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A team within a service."""

    name = models.CharField(max_length=120, unique=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="teams")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new person. The e-mail is kept in lower case; no password means one cannot sign in with one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person on the staff list, or with an account beside it."""

    class Source(models.TextChoices):
        FILE = "file", "A staff extract"
        DEMO = "demo", "The demonstration"
        HAND = "hand", "Made by an administrator"

    email = models.EmailField(unique=True, max_length=254)
    name = models.CharField(max_length=150)
    job_title = models.CharField(max_length=150, blank=True)
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    line_manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    source = models.CharField(max_length=8, choices=Source, default=Source.HAND)
    is_active = models.BooleanField(default=True)
    left_on = models.DateField(
        null=True, blank=True, help_text="The first day on which this person no longer works here."
    )
    keys_on = models.BooleanField(default=True, help_text="Whether single-key shortcuts work in the meeting.")

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """The name to use in a sentence: "Ask Niamh to confirm"."""
        return self.name.split(" ")[0]

    def get_full_name(self) -> str:
        """What libraries ask for."""
        return self.name

    def works_here(self, on: date) -> bool:
        """False from the day the person left, or once the account is shut."""
        return self.is_active and (self.left_on is None or on < self.left_on)


class Membership(models.Model):
    """A role held from one date to another. Acting up and absence cover are rows with an end."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=32, choices=[(role.value, role.label) for role in Role])
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The last day on which it holds.")
    from_file = models.BooleanField(default=False, help_text="Granted by the job title of a staff extract.")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user", "role", "starts_on", Coalesce("team", 0), Coalesce("service", 0), name="membership_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="membership_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Absence(models.Model):
    """Someone is away from one day to another, and a named deputy stands in: sees, is told and acts as themselves."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="stands_in")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day away.")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("starts_on", "pk")
        constraints = [
            *together("absence", "named", "ended"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="absence_dates"),
            models.CheckConstraint(condition=~Q(person=models.F("deputy")), name="absence_another_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_on:%Y-%m-%d}"


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


class Notice(models.Model):
    """One thing one person was told: a line in their inbox and, through the outbox, a mail."""

    class Mail(models.TextChoices):
        WAITING = "waiting", "Waiting to be sent"
        SENT = "sent", "Sent"
        DEAD = "dead", "Given up: needs a person"

    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    key = models.CharField(max_length=150, help_text="What makes this notice the same notice: told once.")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.CharField(max_length=200, blank=True)
    calendar = models.TextField(blank=True, help_text="An invitation (.ics) that goes with the mail.")
    made = models.DateTimeField(db_index=True)
    read = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(db_index=True)
    sent = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-made", "-pk")
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="notice_told_once")]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to_id}"


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
    """One change of one of the council's settings (`people.council`). The highest number of a slug is in force."""

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


class Heartbeat(models.Model):
    """When each part of the machinery last said that it lives. Health and the QA Officer's banner read it."""

    part = models.CharField(max_length=20, primary_key=True)
    beat = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.part} {self.beat:%Y-%m-%d %H:%M}"
