"""What notices say: a class a kind of notice, the template of its name in templates/notices/, and the page it opens.

Each app has its own kinds in its `notice_texts.py`; `KINDS` knows them all. `people.notices` sends them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import ClassVar, dataclass_transform

from django.template import Context, Engine
from django.urls import reverse

from people.models import Absence, User

KINDS: dict[str, type[NoticeText]] = {}
"""Every kind of notice by its name."""
LINE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
"""A line of a template that goes on in the next; an empty line stays, and begins a paragraph."""


@dataclass_transform(frozen_default=True)
class NoticeText:
    """The words and the link of one kind of notice.

    A subclass is a frozen dataclass. Its fields are all that its template may name, and its name is the class's in
    lower case: ActionDone is in templates/notices/action-done.txt, a line “Subject: …” and then the body.
    """

    name: ClassVar[str]
    route: ClassVar[str]
    """The name of the address that it opens; "" for none."""
    args: ClassVar[tuple[str, ...]] = ()
    """The fields that stand in the address, such as "audit.ref"."""
    query: ClassVar[Mapping[str, str]] = {}
    """The fields that follow the address after a question mark, each under its name there."""
    urgent: ClassVar[bool] = False
    """Whether its mail goes at once, to whoever has one mail a day or a week too: what somebody sends by hand, and what
    keeps an account safe."""
    due: ClassVar[str] = ""
    """The field that holds the day on which what it asks for is due, such as "until"; "" where it asks for nothing."""

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        dataclass(frozen=True)(cls)
        if not abstract:
            cls.name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()
            KINDS[cls.name] = cls

    def link(self) -> str:
        """The path of the page that it opens; "" for none."""
        if not self.route:
            return ""
        query = {name: attrgetter(field)(self) for name, field in self.query.items()}
        return reverse(self.route, args=[attrgetter(field)(self) for field in self.args], query=query)

    @property
    def about_safety(self) -> bool:
        """Whether it is about a child's safety."""
        return False

    def goes_at_once(self, on: date) -> bool:
        """Whether its mail goes at once on a day: it is urgent, about a child's safety, or what it asks is due then."""
        return self.urgent or self.about_safety or (bool(self.due) and attrgetter(self.due)(self) == on)

    def words(self) -> tuple[str, str]:
        """The subject and the body of the notice, in plain text."""
        template = Engine.get_default().get_template(f"notices/{self.name}.txt")
        subject, _, body = template.render(Context(vars(self), autoescape=False)).partition("\n")
        return subject.removeprefix("Subject: "), LINE_BREAK.sub(" ", body.strip())


class RolesWaiting(NoticeText):
    """To the administrators: roles that a staff list gives by job title wait for one of them."""

    count: int
    route = "waiting-roles"


class NewRole(NoticeText):
    """To a person: somebody has given them a role."""

    role: str
    by: User
    route = "work"


class NewRoleByTitle(NoticeText):
    """To a person: the roles that their job title brings are theirs now."""

    roles: str
    route = "work"


class AdministratorMade(NoticeText):
    """To every administrator and the Heads of QA: somebody was given the administrator's role on the page, from a day
    on."""

    user: User
    by: User
    starts_on: date
    urgent = True
    route = "person"
    args = ("user.pk",)


class AdministratorAgreed(NoticeText):
    """To the same: a second administrator agreed, so that the new one's role begins today."""

    user: User
    by: User
    urgent = True
    route = "person"
    args = ("user.pk",)


class AdministratorMadeOnServer(NoticeText):
    """To the other administrators: somebody was made one on the server, with a link that lets its holder in."""

    user: User
    urgent = True
    route = "person"
    args = ("user.pk",)


class TrailFault(NoticeText):
    """To the Heads of QA and the administrators: the nightly check of the trail found something wrong."""

    fault: str
    urgent = True
    route = "history"


class YouAreAdministrator(NoticeText):
    """To whoever was made an administrator on the server."""

    urgent = True
    route = "work"


class Welcome(NoticeText):
    """To a person on the staff list who never signed in. The mail adds how to sign in."""

    urgent = True
    route = ""


class PasswordAsked(NoticeText):
    """To a person: somebody asked on the sign-in page for a new password. The mail adds the link."""

    urgent = True
    route = ""


class SecondFactorChanged(NoticeText):
    """To a person: a second factor of their account was added or removed. `what` says what holds now."""

    what: str
    urgent = True
    route = "mfa_index"


class BreakGlassUsed(NoticeText):
    """To the two people named for it: the account that comes in by password past the council's sign-in was used."""

    user: User
    urgent = True
    route = "work"


class AccountChanged(NoticeText):
    """To the other administrators: an account was renamed, given another address or merged. `what` says which."""

    user: User
    by: User
    what: str
    urgent = True
    route = "person"
    args = ("user.pk",)


class SignInClosed(NoticeText):
    """To the QA Officers: somebody can no longer sign in, and what they share and own wants somebody else."""

    user: User
    route = "person"
    args = ("user.pk",)


class AccountAdded(NoticeText):
    """To a person who is on no list and was added by hand."""

    by: User
    urgent = True
    route = "account_reset_password"


class DeputyAsked(NoticeText):
    """To the deputy who was named: nobody stands in before they agree."""

    absence: Absence
    urgent = True
    route = "away"


class DeputyNamed(NoticeText):
    """To whoever is away, where somebody else said so and named a deputy."""

    absence: Absence
    urgent = True
    route = "away"


class DeputyAgreed(NoticeText):
    """To whoever is away and whoever named the deputy: they agreed, and stand in."""

    absence: Absence
    urgent = True
    route = "away"


class DeputyDeclined(NoticeText):
    """To whoever is away and whoever named the deputy: they do not stand in."""

    absence: Absence
    urgent = True
    route = "away"


class Digest(NoticeText):
    """To a person: what they were told since their last mail, in one. `lines`: each thing with where to open it."""

    count: int
    lines: str
    urgent = True
    route = "notices"

    def words(self) -> tuple[str, str]:
        """Its subject; and its body, with each thing in a paragraph of its own."""
        subject, body = super().words()
        return subject, f"{body}{self.lines}"
