"""Who works here, what each may do from when to when, what was done, and what each was told."""

from people.models.accounts import Absence, Identity, Membership, Service, Team, User, WaitingRole
from people.models.mail import Heartbeat, MailTest, Notice, PasswordAsk
from people.models.record import CouncilSetting, StoredFile, TrailEntry

__all__ = [
    "Absence",
    "CouncilSetting",
    "Heartbeat",
    "Identity",
    "MailTest",
    "Membership",
    "Notice",
    "PasswordAsk",
    "Service",
    "StoredFile",
    "Team",
    "TrailEntry",
    "User",
    "WaitingRole",
]
