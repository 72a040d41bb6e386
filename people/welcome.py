"""Welcome mails: one to each person who never signed in, with the link that sets a password.

They go when somebody says so, never by themselves (docs/adr/0025-welcome-mails.md), and through the outbox like every
other notice, so many a minute that a safeguarding concern never waits behind four hundred of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from people import access, council_identity, council_settings, first_steps, mail_test, notices, trail
from people.directory import works_here_q
from people.first_sign_in import forget_earlier_links, welcome_words
from people.models import Notice, User
from people.notice_texts import Welcome
from people.notices import WELCOME
from people.roles import Permission
from people.trail import Act
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow

A_MINUTE = 30
"""Welcome mails a minute: what a mailbox at a large provider may send."""
AGAIN_AFTER = timedelta(hours=1)
"""How long after a welcome mail the same person may be sent another."""
WELCOME_MAILS = council_settings.Choice(
    "welcome_mails",
    "Welcome mails",
    "The council",
    "Whether people on the staff list may be sent a mail with a link that sets their password. It goes when somebody "
    "says so: on the page of a staff list before it is applied, or from People. Not sent is for a first trial. Ours.",
    kept_by=council_identity.KEEPERS,
    choices=(("sent", "Sent, when somebody says so"), ("held", "Not sent: a trial")),
)
OWN_LINK = "(a link of their own, made as the mail is sent)"


def never_signed_in(on: date) -> QuerySet[User]:
    """Whoever works here and never signed in, by name, with how many welcome mails they were sent (`welcomes`) and when
    the last was made (`welcomed`). The demonstration's own people are not counted."""
    theirs = Q(notices__key__startswith=WELCOME)
    people = User.objects.filter(works_here_q(on), last_login=None).exclude(source=User.Source.DEMO)
    counted = people.annotate(welcomes=Count("notices", filter=theirs), welcomed=Max("notices__made", filter=theirs))
    return counted.order_by("name", "pk")


def never_welcomed(on: date) -> QuerySet[User]:
    """Those of them who were sent no welcome mail."""
    welcomes = Notice.objects.filter(to=OuterRef("pk"), key__startswith=WELCOME)
    people: QuerySet[User] = never_signed_in(on)
    return people.filter(~Exists(welcomes))


def last_welcome(user: User) -> Notice | None:
    """The latest welcome mail to a person."""
    return Notice.objects.filter(to=user, key__startswith=WELCOME).order_by("-made", "-pk").first()


def why_not() -> str:
    """Why no welcome mail can be sent now; "" where it can."""
    if WELCOME_MAILS.value() != "sent":
        return "Welcome mails are switched off, on the page Settings. Switch them on there first."
    if not mail_test.mail_arrives() and not first_steps.is_set_aside("mail"):
        return "No test mail has arrived yet. A system administrator sends one first, on the page Start."
    return ""


def check_can_welcome() -> None:
    """Refused (409) as `why_not`."""
    if sentence := why_not():
        raise NotNow(sentence, "welcome")


@dataclass(frozen=True, slots=True)
class WelcomeOffer:
    """What the page of a staff list says of welcome mails: to how many, why not, and whether yes is chosen already.

    It is once the council has begun: then a list brings a few people, who would else know nothing.
    """

    people: int
    why_not: str
    begun: bool


def welcome_offer(people: int) -> WelcomeOffer:
    """The offer for so many new people."""
    return WelcomeOffer(people, why_not(), Notice.objects.filter(key__startswith=WELCOME).exists())


def add_welcomes(people: Iterable[User], act: Act) -> int:
    """Put a welcome mail for each into the outbox; returns for how many. Each is told once under its number."""
    made = []
    for place, user in enumerate(people):
        key = f"{WELCOME}{getattr(user, 'welcomes', 0) + 1}"
        made += notices.notices_to([user], text=Welcome(), key=key, at=act.at)
        made[-1].next_try += timedelta(minutes=place // A_MINUTE)
    notices.tell_all(made)
    for notice in made:
        act.add("user.welcomed", notice.to, content={"number": notice.key.removeprefix(WELCOME)})
    return len(made)


def welcome_new_people(emails: Iterable[str], act: Act) -> int:
    """Welcome those whom a staff list has just brought, as whoever applied it chose. Refused (409) as `why_not`."""
    check_can_welcome()
    return add_welcomes(never_welcomed(day_of(act.at)).filter(email__in=list(emails)), act)


def send_welcomes(*, by: User, at: datetime, again: bool = False, only: int | None = None) -> int:
    """Send a welcome mail to everybody who never signed in and was sent none; with `again` also to who was. `only` is
    one person's key. Returns to how many; whoever was sent one within the hour is left out.

    Links sent before no longer work then. Refused: not an administrator (403); switched off, no test mail arrived yet,
    or nobody is left to send one to (409).
    """
    access.check(by, Permission.MANAGE_USERS)
    with trail.acting(by=by, at=at) as act:
        check_can_welcome()
        waiting = never_signed_in(day_of(at))
        if only is not None:
            waiting = waiting.filter(pk=only)
        waiting = waiting.filter(Q(welcomed=None) | Q(welcomed__lte=at - AGAIN_AFTER) if again else Q(welcomes=0))
        people = list(waiting)
        if not people:
            raise NotNow(
                "Nobody is left to send one to: they have signed in, or were sent one within the hour. "
                "Wait an hour before you send it again."
            )
        for user in people:
            forget_earlier_links(user)
        User.objects.bulk_update(people, ["password"])
        return add_welcomes(people, act)


@dataclass(frozen=True, slots=True)
class WelcomePage:
    """Who never signed in, and the mail as they would get it."""

    people: list[User]
    untold: int
    told: int
    minutes: int
    why_not: str
    subject: str
    body: str
    how: str


def welcome_page(*, by: User, on: date) -> WelcomePage:
    """The page as an administrator sees it."""
    access.check(by, Permission.MANAGE_USERS)
    people = list(never_signed_in(on).select_related("team", "service"))
    untold = sum(not getattr(user, "welcomes", 0) for user in people)
    minutes = -(-len(people) // A_MINUTE)
    return WelcomePage(
        people, untold, len(people) - untold, minutes, why_not(), *Welcome().words(), welcome_words(OWN_LINK)
    )


def sent_in_words(count: int) -> str:
    """What was sent, in a sentence."""
    minutes = -(-count // A_MINUTE)
    who = "1 person" if count == 1 else f"{count:,} people"
    return f"A welcome mail to {who} is in the outbox. {'It goes' if count == 1 else 'They go'} within " + (
        "a minute." if minutes <= 1 else f"{minutes} minutes."
    )
