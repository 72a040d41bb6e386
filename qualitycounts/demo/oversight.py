"""Beside the demonstration's audits: a deputy, a pattern and what became of it, and directors who looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile

from audits import programme, viewing
from audits.managers import holders
from audits.models import Viewing
from escalation import patterns
from escalation.models import Pattern, Step
from people import absence
from people.models import User
from people.roles import Role
from qualitycounts.clock import day_of
from qualitycounts.demo import words
from qualitycounts.demo.diary import Diary
from qualitycounts.demo.meetings import moment, named
from qualitycounts.demo.people import SIGN_INS
from reporting import plan
from reporting.models import PlanItem
from standards.timescales import add_months, add_working_days

AWAY_DAYS = 12
PATTERN_MONTH = 2
"""How many months back two audits of one team were Inadequate."""
DECIDED = "Chronologies stop at the house move in both. A flash audit of the team’s other moves this year."
LEARNED = (
    "The file tells this boy’s day from his own words. His move in June is in no analysis yet; I have asked for it.",
    "The family network holds the plan, and the worker could say what has changed. The reasons were not written down.",
)


@dataclass(slots=True)
class Oversight:
    """Who looked from outside, who stood in, and what several audits together led to."""

    today: date
    people: dict[str, User]
    chance: Random
    diary: Diary

    def begin(self) -> None:
        """Write down all of it."""
        decided = add_working_days(add_months(self.today.replace(day=1), 1 - PATTERN_MONTH), 3)
        self.diary.write(moment(decided, 10), self.decide)
        self.diary.write(moment(add_working_days(decided, 2), 10), self.take_up)
        self.diary.write(moment(self.today - timedelta(days=1), 17), self.go_away)
        spot = partial(self.look, 0, "ad", Viewing.Kind.SPOT, "The monthly look at a case file.", "")
        self.diary.write(moment(self.today - timedelta(days=9), 11), spot)
        shown = partial(
            self.look, 1, "executive.director", Viewing.Kind.PRESENTATION, "Asked for at the visit.", "Gareth Mistry"
        )
        self.diary.write(moment(self.today - timedelta(days=2), 11), shown)

    def go_away(self, at: datetime) -> None:
        """A team manager for whom something waits is away; one who signs in, of the same service first, stands in."""
        signs_in = [self.people[person.email] for person in SIGN_INS]
        managers = holders(Role.TEAM_MANAGER, on=day_of(at)).exclude(pk__in=[one.pk for one in signs_in])
        waits = Step.objects.open().filter(owner__in=managers).select_related("owner").first()
        away = named(waits.owner) if waits else self.people["justice.manager"]
        able = absence.deputies(away, on=day_of(at))
        deputies = sorted((one for one in able if one in signs_in), key=lambda one: one.service_id != away.service_id)
        absence.name(
            person=away,
            deputy=deputies[0],
            starts_on=day_of(at),
            ends_on=self.today + timedelta(days=AWAY_DAYS),
            by=self.people["qa.officer"],
            at=at,
        )

    def look(self, place: int, who: str, kind: str, why: str, presented_by: str, at: datetime) -> None:
        """A director opens a case and writes down what was learned; the first note is on the file by now."""
        director = self.people[who]
        number = self.chance.choice(sorted(viewing.may_be_viewed().values_list("person_id", flat=True)))
        seen = viewing.open_case(by=director, at=at, kind=kind, number=number, why=why)
        seen = viewing.record(
            seen,
            by=director,
            at=at + timedelta(minutes=50),
            held_on=day_of(at),
            learned=LEARNED[place],
            presented_by=presented_by,
        )
        if place == 0:
            viewing.put_on_file(seen, by=named(seen.case.keyworker), at=at + timedelta(days=1))

    def decide(self, at: datetime) -> None:
        """CQAWG decides on the pattern that the sweep found."""
        for pattern in Pattern.objects.filter(state=Pattern.State.OPEN, team__isnull=False):
            patterns.decide(pattern, by=self.people["head.of.qa"], at=at, decision="flash", why=DECIDED)

    def take_up(self, at: datetime) -> None:
        """What was decided goes on the programme, and into CQAWG's action plan."""
        officer, head = self.people["qa.officer"], self.people["head.of.service"]
        for pattern in Pattern.objects.filter(decision="flash", activity=None).select_related("team", "owner"):
            asked: programme.Plan = {
                **programme.core(add_months(self.today.replace(day=1), 1), 6),
                "kind": "flash",
                "title": f"{patterns.title(pattern)} ({pattern.ref})",
                "origin": "core_finding",
                "origin_words": f"Pattern {pattern.ref}. {pattern.decided_why}",
                "focus": [1, 2],
                "narrow": {"teams": [str(pattern.team)]},
                "lead": officer,
            }
            patterns.into_programme(pattern, by=officer, at=at, **asked)
            item = plan.Item(
                what="Every chronology of the team is brought up to date, and looked at in each supervision.",
                why=f"Pattern {pattern.ref}: {patterns.sentence(pattern)}",
                standard=2,
                owner=head,
                due_on=add_working_days(self.today, 15),
                priority=PlanItem.Priority.FIRST,
            )
            plan.take_up(item=item, pattern=pattern, by=officer, at=at)


def paper() -> SimpleUploadedFile:
    """A page of evidence as a PDF that opens."""
    text = words.EVIDENCE[0].encode("ascii")
    drawn = b"BT /F1 12 Tf 60 780 Td (" + text + b") Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(drawn) + drawn + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + table + tail
    return SimpleUploadedFile("chronology.pdf", out, "application/pdf")
