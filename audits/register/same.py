"""The same child, person, team or service under another name in a file: what looks so, and saying that it is.

A number that lost the zeros in front in a spreadsheet, a new surname and e-mail, a renamed team: without a question the
one would close or leave and the other be new, and all that hangs on it be lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from audits.models import Import
from audits.register import cases, extracts
from audits.register.answers import keep_answers
from audits.register.case_rows import fold_number
from audits.register.reading import Reading
from people import staff, trail
from people.list_answers import ListAnswers
from people.models import Membership, Service, Team, User
from people.roles import Role
from people.waiting_roles import WITH_A_LIST
from qualitycounts.base.refusals import NotAllowed, Stale

KINDS = {"same": "child", "people": "person", "team_names": "team", "service_names": "service"}


@dataclass(frozen=True, slots=True)
class SamePair:
    """What a file names (`new`) and what is known (`known`), with words on both; `sure` is ticked from the start.

    `why_not` says who else has to say that they are the same, "" for nobody.
    """

    new: str
    known: str
    words: str
    sure: bool = True
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: whether these are the same child, person, team or service."""

    kind: str
    pairs: list[SamePair]

    @property
    def title(self) -> str:
        """The question as its heading."""
        return f"The same {KINDS[self.kind]}?"

    @property
    def sentence(self) -> str:
        """What is like what."""
        count = len(self.pairs)
        if self.kind == "same":
            numbers = "number is" if count == 1 else "numbers are"
            differ = "differs" if count == 1 else "differ"
            return (
                f"{count:,} {numbers} new, and {differ} only in zeros in front or in capitals from one that is missing."
            )
        what = {"people": "people are", "team_names": "teams are", "service_names": "services are"}[self.kind]
        singular = what.replace("people", "person").replace("s are", " is").replace("person are", "person is")
        return f"{count} {singular if count == 1 else what} new here, and like one that is missing."

    @property
    def shown(self) -> list[SamePair]:
        """The first of them, as many as a page shows."""
        return self.pairs[:200]


def questions(reading: Reading) -> list[Question]:
    """What a file seems to name anew, a question a kind."""
    plan = reading.plan
    possible: list[Question] = []
    if isinstance(plan, staff.Plan):
        possible.append(Question("people", list(same_people(plan))))
    else:
        possible.append(Question("same", list(same_children(plan))))
    possible += [
        Question("team_names", renamed(reading, "team")),
        Question("service_names", renamed(reading, "service")),
    ]
    return [question for question in possible if question.pairs]


def answered(looked_at: Import) -> list[tuple[str, int]]:
    """The questions that were answered with yes, each with of how many."""
    answers = ListAnswers.from_json(looked_at.answers)
    people = "people" if looked_at.kind == Import.Kind.STAFF else "same"
    counts = ((people, answers.same), ("team_names", answers.team_names), ("service_names", answers.service_names))
    return [(kind, len(names)) for kind, names in counts if names]


def same_children(plan: cases.RegisterChanges) -> Iterable[SamePair]:
    """Each new number with the one that is missing, where just one is alike."""
    missing: defaultdict[str, list[str]] = defaultdict(list)
    for change in plan.closed:
        if change.row is None:
            missing[fold_number(change.case.person_id)].append(change.case.person_id)
    for change in plan.added:
        number = change.now.person_id
        alike = missing.get(fold_number(number), [])
        if len(alike) == 1:
            yield SamePair(number, alike[0], f"{number} is {alike[0]}")


def same_people(plan: staff.Plan) -> Iterable[SamePair]:
    """Each new person with the one who is missing: of the same name, or of the same first name, team and title."""
    by_name: defaultdict[str, list[User]] = defaultdict(list)
    by_place: defaultdict[tuple[str, ...], list[User]] = defaultdict(list)
    for user in plan.left:
        by_name[user.name.casefold()].append(user)
        by_place[place_of(user.name, str(user.team or ""), user.job_title)].append(user)
    high = held_beyond_a_list([user.pk for user in plan.left]) if plan.added and plan.left else set()
    for change in plan.added:
        now = change.now
        named = by_name.get(now.name.casefold(), [])
        alike = named or by_place.get(place_of(now.name, now.team, now.job_title), [])
        if len(alike) == 1:
            user = alike[0]
            why_not = "Holds roles above auditor: a system administrator changes the e-mail on their page."
            own = "Nobody says this of themselves: a system administrator changes the e-mail."
            why_not = why_not if user.pk in high else own if user.pk in plan.brought_by else ""
            words = f"{now.name}, {change.row.email}, is {user.name}, {user.email}"
            yield SamePair(change.row.email, user.email, words, bool(named), why_not)


def place_of(name: str, team: str, title: str) -> tuple[str, ...]:
    """By what somebody is known who has married: first name, team and job title."""
    return name.casefold().partition(" ")[0], team, title


def held_beyond_a_list(people: Collection[int]) -> set[int]:
    """Who of these holds a role that no list gives: their account is more than a list may move to another address."""
    held = Membership.objects.filter(user__in=people, ends_on=None).exclude(role__in=[*WITH_A_LIST, Role.STAFF])
    return set(held.values_list("user", flat=True))


def moves_of(reading: Reading, what: str) -> Iterable[tuple[str, str]]:
    """The team (or service) that each case or person changes from, and to."""
    plan = reading.plan
    if isinstance(plan, staff.Plan):
        for person in plan.changed:
            if person.was is not None:
                yield getattr(person.was, what), getattr(person.now, what)
        return
    for change in plan.changed:
        if change.was is not None:
            pair = change.was.team, change.now.team
            yield pair if what == "team" else (plan.services.get(pair[0], ""), plan.services.get(pair[1], ""))


def renamed(reading: Reading, what: str) -> list[SamePair]:
    """Each new team (or service) that most cases or people of a missing one are in now."""
    moves: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for was, now in moves_of(reading, what):
        moves[was][now] += 1
    in_file = {getattr(row, what) for row in reading.cleaned.used.values()}
    most = {was: names.most_common(1)[0] for was, names in moves.items() if was and was not in in_file}
    if not most:
        return []
    known = set((Team if what == "team" else Service).objects.values_list("name", flat=True))
    targets = Counter(now for now, _ in most.values())
    of = "people" if isinstance(reading.plan, staff.Plan) else "cases"
    return [
        SamePair(now, was, f"“{now}” is “{was}”: {count} of its {of}")
        for was, (now, count) in most.items()
        if now in in_file - known and targets[now] == 1 and count * 2 > moves[was].total()
    ]


def say_same(looked_at: Import, kind: str, new: Collection[str], *, by: User | None, at: datetime) -> int:
    """Say that these of a question are the same; none: that they are not after all. Returns how many.

    Refused: one that holds roles above auditor (403); one that the file no longer asks about (Stale, 409).
    """
    with trail.acting(by=by, at=at) as act:
        asked = Import.objects.select_for_update().get(pk=looked_at.pk)
        answers = ListAnswers.from_json(asked.answers)
        slot = "same" if kind == "people" else kind
        said: dict[str, str] = {}
        if new:
            every = questions(extracts.read_again(asked, by=by))
            pairs = {pair.new: pair for question in every if question.kind == kind for pair in question.pairs}
            if missing := [each for each in new if each not in pairs]:
                raise Stale(f"The file no longer asks about {missing[0]}. Open the page again and look.")
            for each in new:
                if by is not None and pairs[each].why_not:
                    raise NotAllowed(pairs[each].why_not)
            said = dict(getattr(answers, slot)) | {each: pairs[each].known for each in new}
        keep_answers(asked, answers.with_names(slot, said))
        act.add("import.same_said", asked, content={"kind": kind, "number": len(new)})
    return len(new)
