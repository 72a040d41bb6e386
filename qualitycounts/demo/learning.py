"""What was learned of the invented year: themes, lines to share, other evidence, and two quarters' reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from audits.models import Note
from people.models import User
from qualitycounts.clock import day_of
from qualitycounts.demo import words
from qualitycounts.demo.diary import Diary
from qualitycounts.demo.meetings import moment
from reporting import checking, drafting, evidence, issue, making, periods, plan, recommending, response, themes
from reporting.models import PlanItem, Quotation, Report, Theme
from reporting.periods import Kind, Period
from standards.timescales import add_working_days

KEPT = (
    ("Visits in the child’s own words", "well", 5, words.WORKING[0]),
    ("Family network in the plan", "well", 5, words.WORKING[1]),
    ("Other professionals’ views used", "well", 2, words.WORKING[2]),
    ("A day at home is shown", "well", 1, words.WORKING[3]),
    ("Supervision looks back", "well", 7, words.WORKING[4]),
    ("Chronology out of date", "worried", 1, words.WORRIES[0]),
    ("Fathers missing", "worried", 5, words.WORRIES[1]),
    ("Late visits without a reason", "worried", 5, words.WORRIES[2]),
    ("Plan does not say what would be different", "worried", 3, words.WORRIES[3]),
    ("Decision without reasons", "worried", 7, words.WORRIES[5]),
)
"""The vocabulary: each theme with its side, its standard, and the sentence that speaks of it."""
QUOTED = (
    (words.FEEDBACK[0], "“The visits help me plan the week.”", "quote", "family", 5),
    (words.FEEDBACK[1], "“I would like to choose where we meet.”", "quote", "child", 5),
    (
        words.PRACTICE[0],
        "Three Houses drawn with each of two brothers alone, then compared together.",
        "practice",
        "audit",
        5,
    ),
    (
        words.PRACTICE[1],
        "A short film made with a young person for their review, instead of a form.",
        "practice",
        "audit",
        4,
    ),
    (words.PRACTICE[2], "A text to the parent the same day that says what was agreed.", "practice", "worker", 3),
)
"""Lines picked from notes: as they stand, as they may be read, what for, whose words, and the standard."""
SAID = (
    ("complaints", 5, "worry", "Being kept informed", "Most complaints say nobody rang back.", "9 of 14"),
    ("indicators", 3, "worry", "Plans within timescale", "Below the year before in each month of the quarter.", "71%"),
    ("survey", 5, "strength", "The Big Ballot", "Most young people feel listened to by their worker.", "38 of 47"),
    ("reg44", None, "strength", "Short-term care", "Six visits, no concern; three actions, all done.", "6 visits"),
    ("review", 4, "strength", "Reviews in time", "Reviews held in time, and children came to more of them.", "96%"),
    ("lado", None, "neither", "Referrals", "As many as the year before; thresholds understood.", "23"),
    ("workforce", 7, "worry", "Caseloads", "Two teams above the agreed number all quarter.", "2 of 5 teams"),
)
ASKS = (
    (
        "practice",
        "Hold a plan clinic a month in every team: two real plans rewritten together.",
        "Plans name services, not what would be different.",
        3,
    ),
    (
        "training",
        "Give the direct work training to the teams that have not had it.",
        "Children’s words are strong where it was held.",
        5,
    ),
    (
        "policy",
        "Add to the supervision record: what has changed for this child since last time?",
        "Reasons for decisions are often missing.",
        7,
    ),
)
ANSWERS = (
    ("accept", "Clinics in every team from next month; attendance noted in supervision."),
    ("accept", "Booked for three teams with the Principal Social Worker."),
    ("part", "One service tries it first; the others decide on three months’ evidence."),
)
STAFF = (
    "You told us what works: children are seen and heard, and families know who is coming and why. What we want better "
    "is the plan: say what would be different, by when, and who will see it. Clinics begin in every team."
)


@dataclass(slots=True)
class Learning:
    """Writes into the diary what QA, the director and others did with what the audits said."""

    today: date
    people: dict[str, User]
    chance: Random
    diary: Diary

    def quarter(self, back: int) -> Period:
        """The quarter that many before the present one."""
        month = periods.month_of(self.today)
        this = Period(month.shifted(-((month.first.month - 1) % 3)).first, Kind.QUARTER)
        return this.shifted(-back)

    def begin(self) -> None:
        """The vocabulary from the start; a quarter's evidence and report soon after it has ended."""
        self.diary.write(moment(self.quarter(3).first, 9), self.coin)
        for back in (2, 1):
            after = self.quarter(back - 1).first
            self.diary.write(moment(add_working_days(after, 2), 9), partial(self.enter, self.quarter(back)))
            self.diary.write(moment(add_working_days(after, 4), 9), self.read)
            self.diary.write(moment(add_working_days(after, 6), 9), partial(self.report, self.quarter(back)))
        self.diary.write(moment(self.today - timedelta(days=1), 8), self.read)

    def coin(self, at: datetime) -> None:
        """The QA Officer's vocabulary."""
        for name, side, standard, _ in KEPT:
            themes.coin(name=name, side=side, standard=standard, by=self.people["qa.officer"], at=at)

    def read(self, at: datetime) -> None:
        """Notes read for themes, and a line or two offered to the second person, who clears all but the last."""
        officer, head = self.people["qa.officer"], self.people["head.of.qa"]
        by_words = {text: Theme.objects.get(name=name) for name, _, _, text in KEPT}
        for note in Note.objects.filter(text__in=by_words, audit__finalised_at__lt=at, tags=None).select_related(
            "audit"
        ):
            themes.tag(note=note, themes=[by_words[note.text]], by=officer, at=at)
        for text, said, kind, speaker, standard in QUOTED:
            found = Note.objects.filter(text=text, audit__finalised_at__lt=at, quotations=None).order_by("-pk").first()
            if found is None or Quotation.objects.filter(words=said, offered_at__gte=at - timedelta(days=60)).exists():
                continue
            picked: dict[str, Any] = {"note": found, "line": text, "words": said, "kind": kind}
            line = themes.pick(**picked, speaker=speaker, standard=standard, by=officer, at=at)
            if day_of(at) < self.today - timedelta(days=2):
                themes.settle(quotation=line, clear=True, why="", by=head, at=at)

    def enter(self, quarter: Period, at: datetime) -> None:
        """What other sources say of the quarter, entered by their owners."""
        for source, standard, says, title, text, number in SAID:
            owner = self.people["complaints" if source in ("complaints", "survey") else "analyst"]
            finding = evidence.Finding(source, str(quarter), standard, says, title, text, number)
            evidence.enter(finding=finding, by=owner, at=at)

    def report(self, quarter: Period, at: datetime) -> None:
        """The quarter's report: written, read by a second person and issued; answered, but for the newest."""
        officer, head = self.people["qa.officer"], self.people["head.of.qa"]
        report = drafting.start(period=quarter, by=officer, at=at)
        for kind, asked, because, standard in ASKS:
            wording = recommending.Wording(kind, asked, because, standard)
            recommending.recommend(report=report, wording=wording, by=officer, at=at)
        beside = {
            "standards": "Plans are the weak point: what is offered stands in them, not what is to change.",
            "themes": "Where a worker writes what the child said, the rest of the file tends to be strong as well.",
            "elsewhere": "Complaints point the other way from the Big Ballot on being heard. Ask young people why.",
            "staff": STAFF,
        }
        asks = "DMT: agree an hour a month in each team for plan clinics.\nCQAWG: choose the next audit’s theme."
        version = Report.objects.get(pk=report.pk).version
        written = {"working_well": "", "worries": "", "recommendations": asks}
        drafting.write(report=report, version=version, words=written, blocks=beside, by=officer, at=at)
        report = making.make(report=making.ask(report=report, by=officer, at=at), at=at)
        checking.check(report=report, read=True, by=head, at=at + timedelta(hours=2))
        report = issue.publish(
            report=report, by=head, at=at + timedelta(hours=3), why="Agreed with the Assistant Director."
        )
        if quarter == self.quarter(2):
            later = moment(add_working_days(day_of(at), 8), 10)
            self.diary.write(later, partial(self.answer, report))

    def answer(self, report: Report, at: datetime) -> None:
        """The director's response, and how one item of the plan went."""
        director, manager = self.people["ad"], self.people["team.manager"]
        owners = (manager, self.people["psw"], self.people["head.of.service"])
        by_on = (add_working_days(self.today, 12), add_working_days(self.today, 40), self.today - timedelta(days=9))
        days = [max(day, add_working_days(day_of(at), 5)) for day in by_on]
        answers = [
            response.Answer(number, *given, owner, day)
            for number, (given, owner, day) in enumerate(zip(ANSWERS, owners, days, strict=True), 1)
        ]
        said = "I accept that our plans are not yet good enough. We will change how they are made, with the teams."
        response.save(report=report, answers=answers, words=said, by=director, at=at)
        response.respond(report=report, by=director, at=at)
        item = report.recommended.get(number=1).plan_item
        self.diary.write(moment(add_working_days(day_of(at), 15), 11), partial(self.say, item.pk))

    def say(self, pk: int, at: datetime) -> None:
        """The owner says how it goes."""
        item = PlanItem.objects.select_related("owner").get(pk=pk)
        plan.say(
            item=item,
            words="Three of five teams have begun; the other two start this month.",
            due_on=None,
            by=item.owner,
            at=at,
        )
