"""Services, teams and accounts, with the roles that they hold and who stands in for whom."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from people.roles import Role
from qualitycounts.base.moments import together


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

    class Mails(models.TextChoices):
        EACH = "each", "A mail for each thing, as it happens"
        DAILY = "daily", "One mail each working morning"
        WEEKLY = "weekly", "One mail on Monday mornings"

    email = models.EmailField(unique=True, max_length=254)
    name = models.CharField(max_length=150)
    job_title = models.CharField(max_length=150, blank=True)
    staff_number = models.CharField(max_length=40, blank=True)
    registration_number = models.CharField(max_length=40, blank=True, help_text="With Social Work England.")
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    line_manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    source = models.CharField(max_length=8, choices=Source, default=Source.HAND)
    is_active = models.BooleanField(default=True)
    left_on = models.DateField(
        null=True, blank=True, help_text="The first day on which this person no longer works here."
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text="The account of the same person that has all this one held. Nobody signs in with this one any more.",
    )
    keys_on = models.BooleanField(default=True, help_text="Whether single-key shortcuts work in the meeting.")
    mails = models.CharField(
        max_length=6, choices=Mails, blank=True, help_text="How often one is told by mail; empty as the council has it."
    )

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

    @property
    def name_and_title(self) -> str:
        """The name, with the job title where there is one, so that two of one name are told apart."""
        return f"{self.name}, {self.job_title}" if self.job_title else self.name

    def works_here(self, on: date) -> bool:
        """False from the day the person left, or once the account is shut."""
        return self.is_active and (self.left_on is None or on < self.left_on)


class Identity(models.Model):
    """Who somebody is at the council's own sign-in: a subject of an issuer, and nothing that can change."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.issuer}"


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
    given_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose word a new administrator’s role waits on; empty for what a list or the server gave.",
    )

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


class WaitingRole(models.Model):
    """A role that a staff list gives by job title, and that waits for an administrator or was refused by one.

    It is no role: whoever it is about may do nothing by it. Given, it becomes a `Membership` and this row goes; a later
    list whose title brings it no longer takes it away too.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="waiting_roles")
    role = models.CharField(max_length=32, choices=[(role.value, role.label) for role in Role])
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    job_title = models.CharField(max_length=150)
    list_name = models.CharField(max_length=200, blank=True, help_text="The file name of the staff list.")
    as_at = models.DateField(help_text="The day the staff list was taken.")
    asked = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    own = models.BooleanField(default=False, help_text="Whether those who brought the list in are the person.")
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refused_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            *together("waiting_role", "refused"),
            models.UniqueConstraint(
                "user", "role", Coalesce("team", 0), Coalesce("service", 0), name="waiting_role_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} waits for {self.get_role_display()}"


class Absence(models.Model):
    """Someone is away from one day to another, and a named deputy, once they agreed, stands in: sees, is told and acts
    as themselves."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="stands_in")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day away.")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the deputy agreed: until then nobody stands in."
    )
    agreed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("starts_on", "pk")
        constraints = [
            *together("absence", "named", "agreed", "ended"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="absence_dates"),
            models.CheckConstraint(condition=~Q(person=models.F("deputy")), name="absence_another_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_on:%Y-%m-%d}"
