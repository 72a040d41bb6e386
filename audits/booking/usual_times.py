"""Times that a person would book: on a working day, by day, in the audit's month, when all are there and free.

Another time can be booked all the same, once the page has asked. What is proposed is asked of nothing but the diaries
that are kept here: other meetings of any of them, leave and absence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from audits.booking.invitation import LASTS
from audits.models import Audit, Leave
from audits.third_chair import third_chair_of
from people.models import Absence, User
from qualitycounts.base.clock import LONDON, day_of
from qualitycounts.base.dates import hour, moment_in_words, month_in_words, weekday_in_words
from qualitycounts.base.refusals import Refused
from standards.timescales import add_months, calendar, is_working_day

MORNING, EVENING = time(8), time(18)
"""Between these a meeting begins and ends, in London."""
BEGIN_AT = (time(9, 30), time(11, 30), time(14))
"""When proposed meetings begin."""
MOST = 6
"""How many times are proposed."""
LOOK_AHEAD = 30
"""Days that are looked at where the audit's month is over."""


@dataclass(frozen=True, slots=True)
class Diary:
    """What is known of the days of every chair and of the rooms: their other meetings, and when each is away."""

    people: tuple[User, ...]
    meetings: tuple[Audit, ...]
    away: tuple[tuple[User, date, date], ...]

    def clashes(self, meets: datetime, place: str) -> Iterator[str]:
        """What is in the way of a time, a sentence each: another meeting of theirs or of the room, and who is away."""
        for other in self.meetings:
            if other.meets is None or abs(other.meets - meets) >= LASTS:
                continue
            taken = {other.auditor_id, other.keyworker_id, other.second_worker_id}
            names = [person.name for person in self.people if person.pk in taken]
            when = f"{other.ref}, {moment_in_words(other.meets)}"
            if names:
                has = "has" if len(names) == 1 else "have"
                yield f"{' and '.join(names)} {has} another meeting then ({when})."
            elif place and other.place.casefold() == place.casefold():
                yield f"{other.place} is taken then ({when})."
        day = day_of(meets)
        for person, starts_on, ends_on in self.away:
            if starts_on <= day <= ends_on:
                yield f"{person.name} is away on {weekday_in_words(day)}."


def diary_of(audit: Audit, third: User | None, *, since: date) -> Diary:
    """What is known from a day on of the two and of whoever has the third chair: three queries."""
    chairs = (audit.auditor, audit.keyworker, third)
    people = {person.pk: person for person in chairs if person is not None}
    booked = Audit.objects.filter(state=Audit.State.BOOKED, meets__gte=datetime.combine(since, time(), tzinfo=LONDON))
    either = Q(auditor__in=people) | Q(keyworker__in=people) | Q(second_worker__in=people) | ~Q(place="")
    leave = Leave.objects.filter(user__in=people, ends_on__gte=since).values_list("user", "starts_on", "ends_on")
    absent = Absence.objects.filter(person__in=people, ended_at=None, ends_on__gte=since)
    days = [*leave, *absent.values_list("person", "starts_on", "ends_on")]
    away = tuple((people[pk], starts_on, ends_on) for pk, starts_on, ends_on in days)
    return Diary(tuple(people.values()), tuple(booked.filter(either).exclude(pk=audit.pk)), away)


def what_is_odd(audit: Audit, *, meets: datetime, place: str) -> list[str]:
    """Why a person would not book a time, a sentence each; none where they would."""
    day, begins = day_of(meets), meets.astimezone(LONDON)
    odd = []
    if not is_working_day(day):
        odd.append(f"{weekday_in_words(day)} is {calendar().holidays.get(day) or 'at a weekend'}.")
    if begins.time() < MORNING or (begins + LASTS).time() > EVENING or (begins + LASTS).date() != day:
        odd.append(f"A meeting at {hour(meets)} is not over between {hour_of(MORNING)} and {hour_of(EVENING)}.")
    if day.replace(day=1) != audit.month:
        odd.append(f"That is not in {month_in_words(audit.month)}, the month of this audit.")
    since = day - timedelta(days=1)
    return [*odd, *diary_of(audit, third_chair_of(audit, on=since), since=since).clashes(meets, place)]


def hour_of(at: time) -> str:
    """A time of day as a sentence has it."""
    return f"{at:%H:%M}"


def check_usual(audit: Audit, *, meets: datetime, place: str, anyway: str) -> None:
    """Ask before an odd time is booked. `anyway` is the time that was answered for: only that one is let through.

    Refused (422, on “anyway”) with what is odd.
    """
    if anyway == answer_of(meets):
        return
    if odd := what_is_odd(audit, meets=meets, place=place):
        raise Refused(f"{' '.join(odd)} Book it anyway? Then tick that below.", "anyway")


def answer_of(meets: datetime) -> str:
    """How a time is named in the answer that it is meant."""
    return meets.isoformat()


def free_times(audit: Audit, third: User | None, *, at: datetime) -> list[datetime]:
    """Times at which all are there and free, in what is left of the audit's month, else in the next weeks."""
    on = day_of(at)
    first, last = max(audit.month, on + timedelta(days=1)), add_months(audit.month, 1) - timedelta(days=1)
    if last < first:
        last = first + timedelta(days=LOOK_AHEAD)
    diary, times = diary_of(audit, third, since=first), list[datetime]()
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    for place, day in enumerate(day for day in days if is_working_day(day)):
        moments = (datetime.combine(day, begin, tzinfo=LONDON) for begin in turned(place))
        times += [moment for moment in moments if not any(diary.clashes(moment, audit.place))][:1]
    return times[:MOST]


def turned(place: int) -> tuple[time, ...]:
    """The times of day, beginning with another on each day, so that mornings and afternoons are offered."""
    first = place % len(BEGIN_AT)
    return BEGIN_AT[first:] + BEGIN_AT[:first]
