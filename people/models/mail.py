"""Notices and their mails, the worker that sends them, and the test of the mail server."""

from __future__ import annotations

from django.db import models

from people.models.accounts import User
from qualitycounts.base.moments import together


class Notice(models.Model):
    """One thing one person was told: a line in their inbox and, through the outbox, a mail."""

    class Mail(models.TextChoices):
        WAITING = "waiting", "Waiting to be sent"
        SENT = "sent", "Sent"
        DEAD = "dead", "Given up: needs a person"
        READ = "read", "Read here before its mail went"

    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    key = models.CharField(max_length=150, help_text="What makes this notice the same notice: told once.")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.CharField(max_length=200, blank=True)
    calendar = models.TextField(blank=True, help_text="An invitation (.ics) that goes with the mail.")
    made = models.DateTimeField(db_index=True)
    read = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.WAITING)
    at_once = models.BooleanField(default=True, help_text="Whether its mail waits for nobody's daily or weekly one.")
    digest = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="gathered",
        help_text="The mail it went in.",
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField()
    sent = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-made", "-pk")
        indexes = [
            models.Index(fields=["key"], name="notice_key"),
            models.Index(fields=["mail", "next_try"], name="notice_outbox"),
        ]
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="notice_told_once")]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to_id}"


class PasswordAsk(models.Model):
    """Somebody asked for a new password at an address, which may be nobody's: kept until the worker has answered."""

    email = models.CharField(max_length=320)
    asked = models.DateTimeField()

    def __str__(self) -> str:
        return f"asked {self.asked:%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When each part of the machinery last said that it lives. Health and the QA Officer's banner read it."""

    part = models.CharField(max_length=20, primary_key=True)
    beat = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.part} {self.beat:%Y-%m-%d %H:%M}"


class MailTest(models.Model):
    """A mail that an administrator sent to themselves. It came once its number was typed on the page."""

    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    taken = models.DateTimeField(null=True, blank=True, help_text="When the mail server took it.")
    fault = models.CharField(max_length=300, blank=True, help_text="What the mail server said instead.")
    came_at = models.DateTimeField(null=True, blank=True)
    came_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-pk",)
        constraints = together("mail_test", "sent", "came")

    def __str__(self) -> str:
        return f"{self.sent_by_id} {self.sent_at:%Y-%m-%d %H:%M}"
