"""The other parts of the same reports recounted from the rows of the tables: every number that the tidy table has of
them, with rows in the last minute before each period and in its first, on and beside each date of an action, and of
kinds that are left out: voided, audited again, withdrawn, chosen for a reason.

The rows are read by SQL of our own and counted here; nothing of the reports' own counting is asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from random import Random
from statistics import median
from typing import Any

from django.test import TestCase

from audits.form_boxes import BOXES
from audits.models import (
    CASE_NUMBER,
    Activity,
    Audit,
    Ballot,
    BallotGrade,
    Case,
    Finding,
    Judgement,
    LastingCheck,
    Note,
    Panel,
    Regrade,
    Review,
    Viewing,
    WorkerSay,
)
from escalation.models import Escalation
from qualitycounts.base import clock
from reporting import periods
from reporting.models import Tag, Theme
from reporting.periods import Period
from reporting.reports.tidy import TidyRow, tidy_rows
from reporting.sections.contents import work_out
from standards.models import Category
from tests.factories import Council
from tests.reporting import test_figures_deep
from tests.reporting.builder import Builder
from tests.reporting.test_figures import ON, as_date, ask, london
from tests.reporting.test_recount import GOOD, SEVEN, WORTH, edges

REPORTS = (*SEVEN, "2026-27H1")
MINUTE = timedelta(minutes=1)
STANDING = ("finalised", "closed")
BELOW = ("requires_improvement", "inadequate")
LOOKED_AT = ("evidenced", "partly", "not_evidenced")
ACTIONS = {"Immediate": ("immediate",), "Supervision": ("supervision",), "All": ("immediate", "supervision")}
PATHS = {"Safeguarding": "safeguarding", "Inadequate": "inadequate", "Requires improvement": "requires_improvement"}
STEPS = {
    "Acknowledge": "acknowledge",
    "Immediate actions": "immediate_actions",
    "Supervision": "supervision",
    "QA check": "qa_check",
    "Re-audit": "re_audit",
    "Actions and supervision": "actions",
    "Child made safe": "make_safe",
}
ONE_AFTER_ANOTHER = ("qa_check", "re_audit")
"""Steps that open when those before them are done; the others open with their path."""
KINDS = {
    "Core live audits": "core",
    "Themed audits": "themed",
    "Flash audits": "flash",
    "Observations of practice": "observation",
    "Not from a draw": "",
}
OUTCOMES = ("Done in its month", "Done later", "Not done, month over", "Still to come")
STATES = {str(state.label): state.value for state in Audit.State}
CATEGORIES = {category.value: str(category.label) for category in Category}
Found = tuple[float | None, int | None]


@dataclass(frozen=True)
class One:
    """One audit that was finalised at some time, as its row has it."""

    pk: int
    at: datetime | str
    state: str
    grade: str
    again: bool
    kind: str
    filed: date | None
    met: date | None

    @property
    def on(self) -> date:
        """The UK day on which it was finalised."""
        return london(self.at)

    @property
    def counts(self) -> bool:
        """Whether reports count it: it stands, and is no re-audit."""
        return self.state in STANDING and not self.again

    @property
    def core(self) -> bool:
        """Whether it was chosen by chance."""
        return self.counts and self.kind in ("", "core")


def a_day(value: Any) -> date | None:
    return None if value is None else as_date(value)


def its_day(value: Any) -> date | None:
    return None if value is None else london(value)


def share(of: Iterable[Any], holds: Callable[[Any], object]) -> Found:
    """How many of some, of all of them."""
    some = list(of)
    return sum(bool(holds(each)) for each in some), len(some)


class TestRecountOfParts(TestCase):
    """Random audits of fourteen months with all that hangs on them, and rows about each edge of a period."""

    audits: dict[int, One]
    free: set[date]

    @classmethod
    def setUpTestData(cls) -> None:
        council = Council.make()
        cls.chance = Random(11)
        builder = Builder(council, seed=11)
        builder.audits(110, first=date(2025, 3, 1))
        at_edges = [
            one
            for day in edges()
            for at in (clock.start_of(day) - MINUTE, clock.start_of(day))
            for one in cls.at_the_edge(builder, council, at)
        ]
        test_figures_deep.TestRecounts.draws(council, cls.chance)
        test_figures_deep.TestRecounts.steps(council, cls.chance)
        cls.on_every_date(builder, at_edges[0])
        for state in (Audit.State.BOOKED, Audit.State.AGREED):
            builder.audit(ON, state=state)
        cls.programme(council)
        cls.panels(council)
        cls.what_was_written(council)
        cls.seen_by_directors(council)
        cls.said(council)
        cls.children()
        cls.read_rows()

    @classmethod
    def at_the_edge(cls, builder: Builder, council: Council, at: datetime) -> list[Audit]:
        """An audit of each grade at one moment, and a re-audit of the worst; on the file and done in the next periods'
        last and first minutes."""
        made = []
        day = clock.day_of(at)
        for grade in ("inadequate", "requires_improvement", "good"):
            audit = builder.audit(day, grade=grade, finalised_at=at)
            builder.judgements(audit), builder.marks(audit), builder.notes(audit)
            builder.action(audit, 1, day, state="verified", done_at=at, done_on=day, verified_at=at + MINUTE)
            opened = {"opened": at, "opened_on": day, "path": grade}
            if grade != "good":
                finished = clock.start_of(ON + timedelta(days=1)) - (MINUTE if grade == "inadequate" else timedelta())
                Escalation.objects.create(
                    ref=f"E-{audit.ref}", audit=audit, state="finished", finished=finished, **opened
                )
            made.append(audit)
        follows = made[0]
        again = builder.audit(day, grade="good", finalised_at=at, re_audit_of=follows)
        builder.judgements(again), builder.marks(again), builder.notes(again)
        made.append(builder.audit(day, grade="good", finalised_at=at, state=Audit.State.VOIDED))
        builder.judgements(made[-1])
        return [*made, again]

    @classmethod
    def on_every_date(cls, builder: Builder, audit: Audit) -> None:
        """Actions due on the day of the data and about each limit of lateness; done on, and a day after, their date."""
        number = 50
        for late in (0, 1, 7, 8, 14, 15, 28, 29):
            number += 1
            builder.action(audit, number, ON - timedelta(days=late), state="open", due_on=ON - timedelta(days=late))
        for edge in edges():
            for first_due in (edge - timedelta(days=1), edge):
                for days, kind in ((0, "immediate"), (1, "supervision")):
                    number += 1
                    day = first_due + timedelta(days=days)
                    done = {"done_on": day, "done_at": clock.start_of(day + timedelta(days=1)) - MINUTE}
                    builder.action(audit, number, first_due, state="done", kind=kind, **done)
        builder.action(audit, number + 1, ON - timedelta(days=3), state="cancelled")
        for voided in Audit.objects.filter(state="voided")[:3]:
            builder.action(voided, 90, ON - timedelta(days=3), state="open")

    @classmethod
    def programme(cls, council: Council) -> None:
        """Observations planned and dropped, seen on the last day of their month and on the first of the next."""
        values = {"recorded_at": clock.start_of(ON), "recorded_by": council.qa_officer, "text": "Seen"}
        for day in edges():
            month = (day - timedelta(days=1)).replace(day=1)
            seen = Activity.objects.create(kind="observation", month=month, title="Conferences", planned=4)
            dropped = {"dropped_why": "No", "dropped_at": clock.start_of(ON), "dropped_by": council.qa_officer}
            Activity.objects.create(kind="themed", month=month, title="Dropped", planned=9, state="dropped", **dropped)
            Activity.objects.create(kind="flash", month=month, title="Undone", planned=3)
            for on, learning in ((day - timedelta(days=1), "More"), (day, "")):
                Finding.objects.create(activity=seen, on=on, seen="A conference", learning=learning, **values)
            several = Activity.objects.create(kind="multi_agency", month=month, title="Neglect", planned=0)
            for question in ("Heard?", "Safe?"):
                Finding.objects.create(activity=several, on=day, agency="Health", question=question, **values)

    @classmethod
    def panels(cls, council: Council) -> None:
        """Panels that decided on audits at the edges, voided and audited again among them; one ballot unfinished."""
        at, by = clock.start_of(ON), council.qa_officer
        members = [council.head_of_service, council.other_head_of_service, council.head_of_qa]
        about = (
            Audit.objects.filter(finalised_at__isnull=False, judgements__number=CASE_NUMBER).distinct().order_by("pk")
        )
        for place, audit in enumerate(about):
            month = clock.day_of(audit.finalised_at).replace(day=1)  # type: ignore[type-var]
            panel, _ = Panel.objects.get_or_create(
                month=month,
                defaults={"ref": f"PANEL-{month:%y%m}", "meets_on": ON, "chair": members[0], "seed": "", "percent": 10}
                | {"least": 4, "frame": "", "frame_hash": "", "sampled_at": at, "sampled_by": by},
            )
            decided = place % 8 > 0
            review = Review.objects.create(
                panel=panel,
                audit=audit,
                kind="chance",
                ticket=str(place),
                state="decided" if decided else "blind",
                outcome="upheld" if decided else "",
                justified="yes" if decided else "",
                decided_at=at if decided else None,
                decided_by=by if decided else None,
                near={str(members[2].pk): "Knows them"} if place % 4 == 0 else {},
            )
            for member in members[: cls.chance.choice((0, 1, 2, 3, 3, 3))]:
                finished = {"finished_at": at, "finished_by": member} if cls.chance.random() < 0.8 else {}
                ballot = Ballot.objects.create(review=review, member=member, saved_at=at, saved_by=member, **finished)
                BallotGrade.objects.create(ballot=ballot, number=CASE_NUMBER, grade=cls.chance.choice(list(WORTH)))
            for number in (CASE_NUMBER, 3):
                judgement = Judgement.objects.filter(audit=audit, number=number, applies=True).first()
                if decided and judgement and cls.chance.random() < 0.3:
                    was = next(grade for grade in WORTH if grade != judgement.grade)
                    Regrade.objects.create(review=review, judgement=judgement, was=was, grade=judgement.grade)

    @classmethod
    def what_was_written(cls, council: Council) -> None:
        """Good practice, themes on what families said and on worries, and whether actions lasted, at the edges."""
        saved = {"saved_at": clock.start_of(ON), "saved_by": council.auditor}
        themes = [
            Theme.objects.create(name=f"Theme {place} (of it)", side=side, standard=place or None)
            for place, side in enumerate(("well", "worried", "worried"))
        ]
        tagged = {"tagged_at": clock.start_of(ON), "tagged_by": council.qa_officer}
        for audit in Audit.objects.filter(finalised_at__isnull=False):
            for number in range(1, 8):
                text = cls.chance.choice(("", "Good"))
                Note.objects.create(audit=audit, slug=f"s{number}-good-practice", text=text, **saved)
            note = Note.objects.filter(audit=audit, slug="feedback").first()
            for of in filter(None, (note, Note.objects.create(audit=audit, slug="s1-worried", text="x", **saved))):
                for theme in cls.chance.sample(themes, k=cls.chance.choice((0, 0, 1, 2))):
                    Tag.objects.create(note=of, audit=audit, theme=theme, **tagged)
        moments = [at for day in edges() for at in (clock.start_of(day) - MINUTE, clock.start_of(day))]
        verified = Builder(council).random
        actions = [each for audit in Audit.objects.all() for each in audit.actions.filter(state="verified")]
        for place, action in enumerate(actions):
            at = moments[place % len(moments)]
            check: dict[str, Any] = {"due_on": clock.day_of(at)}
            if place % 5:
                check |= {"lasted": verified.choice(("yes", "no")), "words": "Seen."}
                check |= {"answered_at": at, "answered_by": council.manager}
            if place % 5 > 2:
                check |= {"checked_at": at, "checked_by": council.qa_officer, "agrees": place % 2 == 0, "seen": "Yes."}
            LastingCheck.objects.create(action=action, **check)
        for place, due in enumerate((ON, ON + timedelta(days=1))):
            LastingCheck.objects.update_or_create(action=actions[place], defaults={"due_on": due})

    @classmethod
    def seen_by_directors(cls, council: Council) -> None:
        """Cases that were looked at on the last day of a period and on the next, filed by the day or after it."""
        case, by = Case.objects.first(), council.assistant_director
        for day in edges():
            for held, at in ((day - timedelta(days=1), clock.start_of(day) - MINUTE), (day, clock.start_of(day))):
                opened = {"case": case, "why": "x", "read_on": held, "opened_at": at, "opened_by": by}
                Viewing.objects.create(kind="presentation", **opened)
                for filed in (ON, ON + timedelta(days=1)):
                    Viewing.objects.create(
                        kind="spot" if filed == ON else "presentation",
                        **opened,
                        held_on=held,
                        learned="x",
                        recorded_at=at,
                        recorded_by=by,
                        by_chance=filed == ON,
                        on_file_on=filed,
                        on_file_at=at,
                        on_file_by=by,
                    )

    @classmethod
    def said(cls, council: Council) -> None:
        """Five answers of the months at both ends of a quarter, four of another, many of the quarter that goes on."""
        for month, many in (
            (date(2026, 7, 1), 2),
            (date(2026, 9, 1), 3),
            (date(2026, 4, 1), 4),
            (date(2026, 10, 1), 9),
            (date(2026, 1, 1), 6),
            (date(2026, 3, 1), 1),
            (date(2025, 3, 1), 5),
        ):
            for place in range(many):
                answers = ("yes", "partly", "no")
                WorkerSay.objects.create(month=month, fair=answers[place % 3], helped=answers[place % 2])

    @classmethod
    def read_rows(cls) -> None:
        """Every row that is counted, by queries of our own."""
        cls.audits = {
            row[0]: One(*row[:4], again=row[4] is not None, kind=row[5] or "", filed=its_day(row[6]), met=a_day(row[7]))
            for row in ask(
                "SELECT a.id, a.finalised_at, a.state, a.grade, a.re_audit_of_id, y.kind, a.on_file_at, a.met_on "
                "FROM audits_audit a LEFT JOIN audits_pick p ON p.id = a.pick_id LEFT JOIN audits_draw d "
                "ON d.id = p.draw_id LEFT JOIN audits_activity y ON y.id = d.activity_id "
                "WHERE a.finalised_at IS NOT NULL"
            )
        }
        cls.free = {as_date(on) for (on,) in ask('SELECT "on" FROM standards_bankholiday')}
        cls.actions = [
            (audit, kind, state, as_date(first), as_date(due), a_day(done_on), its_day(done_at), its_day(verified))
            for audit, kind, state, first, due, done_on, done_at, verified in ask(
                "SELECT audit_id, kind, state, first_due_on, due_on, done_on, done_at, verified_at FROM audits_action"
            )
        ]
        cls.escalations = ask(
            "SELECT audit_id, path, state, opened_on, opened, finished, id FROM escalation_escalation"
        )
        cls.steps = ask(
            "SELECT s.escalation_id, s.slug, s.state, s.due_on, s.first_due_on, s.done_at, e.path, e.state, "
            "e.opened_on FROM escalation_step s JOIN escalation_escalation e ON e.id = s.escalation_id "
            "ORDER BY s.escalation_id, s.position"
        )
        cls.notes = ask("SELECT audit_id, slug, choice, text FROM audits_note")
        cls.marks = ask(
            "SELECT m.audit_id, m.value, i.title, c.title, c.code FROM audits_mark m "
            "LEFT JOIN standards_indicator i ON i.id = m.indicator_id "
            "LEFT JOIN standards_criterion c ON c.id = m.criterion_id"
        )
        cls.tags = ask(
            "SELECT t.audit_id, h.name, h.standard, n.slug, n.choice FROM reporting_tag t "
            "JOIN reporting_theme h ON h.id = t.theme_id JOIN audits_note n ON n.id = t.note_id"
        )
        cls.held = {
            pk: held
            for pk, *held in ask(
                "SELECT a.id, a.category, c.gender, c.ethnicity, c.disability, c.age FROM audits_audit a "
                "JOIN audits_case c ON c.id = a.case_id"
            )
        }
        cls.places = {
            pk: (service, f"{service}, {team}")
            for pk, team, service in ask(
                "SELECT a.id, t.name, s.name FROM audits_audit a JOIN people_team t ON t.id = a.team_id "
                "JOIN people_service s ON s.id = t.service_id"
            )
        }
        cls.titles = dict(
            ask(
                "SELECT a.id, y.title FROM audits_audit a JOIN audits_pick p ON p.id = a.pick_id JOIN audits_draw d "
                "ON d.id = p.draw_id JOIN audits_activity y ON y.id = d.activity_id"
            )
        )
        cls.again = ask("SELECT re_audit_of_id, state, grade, finalised_at FROM audits_audit WHERE re_audit_of_id > 0")

    @classmethod
    def children(cls) -> None:
        """What the case system holds of each child, some of it nothing; closed on the day of the data and after it."""
        for case in Case.objects.all():
            case.gender, case.ethnicity = cls.chance.choice("FMX"), cls.chance.choice(("WBRI", "ABAN", "NOBT", ""))
            case.disability, case.age = cls.chance.choice(("Y", "N", "")), cls.chance.choice((None, *range(20)))
            case.closed_on = cls.chance.choice((None, None, ON, ON + timedelta(days=1)))
            case.save()

    # What the parts ask of the rows

    def counted(self, period: Period, *, core: bool = False) -> dict[int, One]:
        """The audits that a report of the period counts, or its core audits alone."""
        every = self.audits.items()
        return {pk: one for pk, one in every if one.on in period and (one.core if core else one.counts)}

    def working_days(self, since: date, until: date) -> int:
        """Days from Monday to Friday that are no bank holiday, after a day and up to a later one."""
        days = (since + timedelta(days=step) for step in range(1, (until - since).days + 1))
        return sum(day.weekday() < 5 and day not in self.free for day in days)

    def grades(self, row: TidyRow, _: Period) -> Found:
        """Headline and trend of core audits alone; every kind, group and month beside them."""
        first, _, rest = row.group.partition(", ")
        if first == "Standing":
            planned = [
                state for (state, month) in ask("SELECT state, month FROM audits_audit") if as_date(month) in row.period
            ]
            return share(planned, lambda state: state == STATES[row.figure])
        inside = [one for one in self.audits.values() if one.on in row.period]
        again = [one for one in inside if one.state in STANDING and one.again]
        before = dict(ask("SELECT a.id, b.grade FROM audits_audit a JOIN audits_audit b ON b.id = a.re_audit_of_id"))
        if row.figure in ("Re-audits", "Voided"):
            return len(again) if row.figure == "Re-audits" else sum(one.state == "voided" for one in inside), None
        if row.figure == "Better at re-audit":
            return share(again, lambda one: WORTH[one.grade] > WORTH[before[one.pk]])
        some = [one for one in inside if one.counts and (one.core or first == "" or first in KINDS)]
        if row.figure.startswith("Graded"):
            some = [one for one in some if one.core]
        if first in KINDS:
            some = [one for one in some if one.kind == KINDS[first] and rest in ("", self.titles.get(one.pk))]
        if first == "By category":
            some = [one for one in some if CATEGORIES[self.held[one.pk][0]] == rest]
        if first == "By service":
            some = [one for one in some if rest in self.places[one.pk]]
        if row.figure in ("Audits finalised", "Core audits finalised", "Audits"):
            return len(some), None
        wanted = {"Good or better": GOOD, "Graded Good or better": GOOD, "Below Good": BELOW}
        grades = wanted.get(row.figure) or (row.figure.removeprefix("Graded ").lower().replace(" ", "_"),)
        return share(some, lambda one: one.grade in grades)

    def coverage(self, row: TidyRow, _: Period) -> Found:
        split, _, name = row.group.partition(", ")

        def is_in(held: tuple[Any, ...]) -> bool:
            category, gender, ethnicity, disability, age = held
            bands = ("Under 5",) * 5 + ("5 to 9",) * 5 + ("10 to 15",) * 6 + ("16 and 17",) * 2
            groups = {
                "Category of need": CATEGORIES[category],
                "Gender": {"F": "Girls", "M": "Boys"}.get(gender, "Another or not recorded"),
                "Ethnicity": {"W": "White", "A": "Asian or Asian British", "B": "Black or Black British"}.get(
                    ethnicity[:1], "Not recorded"
                ),
                "Disability": {"Y": "Disabled", "N": "Not disabled"}.get(disability, "Not recorded"),
                "Age": "Not recorded" if age is None else (*bands, "18 and over", "18 and over")[age],
            }
            return groups[split] == name

        if row.figure == "Open":
            cases = ask("SELECT category, gender, ethnicity, disability, age, opened_on, closed_on FROM audits_case")
            return sum(
                is_in(held) and as_date(opened) <= ON and (closed is None or as_date(closed) > ON)
                for *held, opened, closed in cases
            ), None
        return sum(is_in(self.held[pk]) for pk in self.counted(row.period)), None

    def agreement(self, row: TidyRow, _: Period) -> Found:
        inside = self.counted(row.period)
        rows = [
            (state, first or "", second or "")
            for audit, state, first, second in ask(
                "SELECT j.audit_id, j.state, p.grade, q.grade FROM audits_judgement j LEFT JOIN audits_proposal p "
                "ON p.judgement_id = j.id AND p.round = 1 AND p.chair = 'auditor' LEFT JOIN audits_proposal q "
                "ON q.judgement_id = j.id AND q.round = 1 AND q.chair = 'keyworker' WHERE j.applies"
            )
            if audit in inside
        ]
        apart = [(a, b) for _, a, b in rows if a and b and a != b]
        ruled = sum(state == "ruled" for state, _, _ in rows)
        same = sum(state != "ruled" and bool(a) and a == b for state, a, b in rows)
        by_name: dict[str, Found] = {
            "The same grade at once": (same, len(rows)),
            "Agreed after talking": (len(rows) - ruled - same, len(rows)),
            "Settled by a QA adviser": (ruled, len(rows)),
            "Worker’s first grade higher": share(apart, lambda pair: WORTH[pair[1]] > WORTH[pair[0]]),
            "More than one grade apart": (sum(abs(WORTH[a] - WORTH[b]) > 1 for a, b in apart), len(rows)),
        }
        return by_name[row.figure]

    def panel(self, row: TidyRow, _: Period) -> Found:
        inside = self.counted(row.period)
        reviews = {
            pk: audit
            for pk, audit, state in ask("SELECT id, audit_id, state FROM audits_review")
            if state == "decided" and audit in inside
        }
        near = dict(ask("SELECT id, near FROM audits_review"))
        regraded = {
            review
            for review, number in ask(
                "SELECT r.review_id, j.number FROM audits_regrade r JOIN audits_judgement j ON j.id = r.judgement_id"
            )
            if number == CASE_NUMBER and review in reviews
        }
        blind: defaultdict[int, list[int]] = defaultdict(list)
        for review, member, grade in ask(
            "SELECT b.review_id, b.member_id, g.grade FROM audits_ballotgrade g JOIN audits_ballot b "
            "ON b.id = g.ballot_id WHERE g.number = %s AND b.finished_at IS NOT NULL",
            CASE_NUMBER,
        ):
            if review in reviews and f'"{member}"' not in str(near[review]).replace("'", '"'):
                blind[review].append(WORTH[grade])
        signed = {
            audit: WORTH[grade]
            for audit, grade in ask(
                "SELECT audit_id, grade FROM audits_judgement WHERE number = %s AND grade <> ''", CASE_NUMBER
            )
        }
        pairs = [(sorted(grades)[(len(grades) - 1) // 2], signed[reviews[pk]]) for pk, grades in blind.items()]
        by_name: dict[str, Found] = {
            "Decided by the panel": (len(reviews), None),
            "Regraded": (len(regraded), len(reviews)),
            "The same grade as was signed": share(pairs, lambda pair: pair[0] == pair[1]),
            "Within one grade of it": share(pairs, lambda pair: abs(pair[0] - pair[1]) <= 1),
            "The panel lower": share(pairs, lambda pair: pair[0] < pair[1]),
            "The panel higher": share(pairs, lambda pair: pair[0] > pair[1]),
        }
        if row.figure == "Weighted kappa":
            apart = sum(abs(a - b) for a, b in pairs) * len(pairs)
            by_chance = sum(abs(a - b) for a, _ in pairs for _, b in pairs)
            return (round(1 - apart / by_chance, 2) if len(pairs) >= 30 else None), None
        return by_name[row.figure]

    def ladder(self, one: One, by: date) -> list[bool]:
        """How far an audit below Good had come by the end of a day."""
        live = [each for each in self.actions if each[0] == one.pk and each[2] != "cancelled"]
        done = all(state in ("done", "verified") and at and at <= by for _, _, state, _, _, _, at, _ in live)
        checked = all(state == "verified" and at and at <= by for _, _, state, _, _, _, _, at in live)
        return [True, bool(live), done, checked, one.filed is not None and one.filed <= by]

    def better(self, one: One, by: date) -> bool:
        """Whether an audit's case was audited again by the end of a day, and graded better than Inadequate."""
        return any(
            pk == one.pk and state in STANDING and grade != "inadequate" and london(at) <= by
            for pk, state, grade, at in self.again
        )

    def is_open(self, one: One) -> bool:
        """Whether an escalation of it was open at the end of the day of the data."""
        return any(
            pk == one.pk and london(opened) <= ON and (finished is None or london(finished) > ON)
            for pk, _, _, _, opened, finished, _ in self.escalations
        )

    def put_right(self, row: TidyRow, of: Period) -> Found:
        if row.group.startswith("Followed"):
            return self.followed(row)
        months = len(of.months)
        if len(row.period.months) == months:
            cohort, by = row.period.previous, min(row.period.last, ON)
        else:
            cohort, unit = row.period.shifted(-months), of
            while row.period.first < unit.first:
                unit = unit.previous
            by = min(unit.last, ON)
        below = [one for one in self.counted(cohort).values() if one.grade in BELOW]
        if row.figure == "Better at re-audit":
            low = [one for one in below if one.grade == "inadequate"]
            return share(low, lambda one: self.better(one, by))
        ladders = [self.ladder(one, by) for one in below]
        steps = ("Below Good", "Plan agreed", "Actions done", "Verified", "On the case file")
        last = steps.index(row.figure) if row.figure in steps else 4
        return share(ladders, lambda ladder: all(ladder[: last + 1]))

    def followed(self, row: TidyRow) -> Found:
        """The children of a period as they stand on the day of the data."""
        below = [one for one in self.counted(row.period).values() if one.grade in BELOW]
        low = [one for one in below if one.grade == "inadequate"]
        if row.figure == "Better at re-audit":
            return share(low, lambda one: self.better(one, ON))
        if row.figure == "Escalation open":
            return share(below, self.is_open)
        steps = ("Below Good", "Plan agreed", "Actions done", "Verified", "On the case file", "Put right")
        ended = {one.pk: (one not in low or self.better(one, ON)) and not self.is_open(one) for one in below}
        reached = [len(list(takewhile(bool, [*self.ladder(one, ON), ended[one.pk]]))) for one in below]
        return share(reached, lambda many: many > steps.index(row.figure))

    def of_actions(self, row: TidyRow, _: Period) -> Found:
        standing = [each for each in self.actions if self.audits[each[0]].state in STANDING and each[2] != "cancelled"]
        if row.group == "Bands" or row.figure == "Overdue now":
            late = [(ON - due).days for _, _, state, _, due, *_ in standing if state == "open" and due < ON]
            bands = {"Up to a week late": (1, 7), "One to two weeks": (8, 14), "Two to four weeks": (15, 28)}
            low, high = bands.get(row.figure, (29, 9999))
            if row.figure == "Overdue now":
                return len(late), None
            return share(late, lambda days: low <= days <= high)
        kinds = (
            ACTIONS["All"]
            if row.figure == "Actions done on time"
            else ACTIONS[row.figure if row.group == "Median" else row.group.split(",")[0]]
        )
        due = [each for each in standing if each[1] in kinds and each[3] in row.period and each[3] < ON]
        if row.group == "Median":
            days = [
                self.working_days(self.audits[audit].met or done, done)
                for audit, _, state, _, _, done, *_ in due
                if state != "open" and done
            ]
            return (float(median(days)) if days else None), None
        outcomes: Counter[str] = Counter()
        for _, _, state, first, now, done, *_ in due:
            if state == "open":
                outcomes["Not done, overdue" if now < ON else "Given a later date"] += 1
            else:
                outcomes["Done on time" if done and done <= first else "Done late"] += 1
        if row.figure == "Due":
            return len(due), None
        return outcomes["Done on time" if row.figure == "Actions done on time" else row.figure], len(due)

    def of_escalations(self, row: TidyRow, _: Period) -> Found:
        if row.group == "Opened":
            return sum(
                path == PATHS[row.figure] and as_date(on) in row.period for _, path, _, on, *_ in self.escalations
            ), None
        if row.group == "Open now":
            return sum(path == PATHS[row.figure] and state == "open" for _, path, state, *_ in self.escalations), None
        path, step = row.group.split(", ")
        done, waiting, days = [], [], []
        opened: dict[int, date] = {}
        for key, slug, state, due, first_due, at, of, whole, since in self.steps:
            latest = opened.setdefault(key, as_date(since))
            begins = latest if slug in ONE_AFTER_ANOTHER else as_date(since)
            if of == PATHS[path] and slug == STEPS[step]:
                if state == "done" and london(at) in row.period:
                    done.append(london(at) <= as_date(first_due))
                    days.append(self.working_days(begins, london(at)))
                if state == "open" and whole == "open":
                    waiting.append(as_date(due) < ON)
            if at is not None:
                opened[key] = max(latest, london(at))
        by_name: dict[str, Found] = {
            "Done": (len(done), None),
            "On time": (sum(done), len(done)),
            "Open now": (len(waiting), None),
            "Late now": (sum(waiting), len(waiting)),
            "Median": (float(median(days)) if days else None, None),
        }
        return by_name[row.figure]

    def evidence(self, row: TidyRow, of: Period) -> Found:
        def marked(period: Period) -> dict[str, list[bool]]:
            inside = self.counted(period, core=True)
            found: defaultdict[str, list[bool]] = defaultdict(list)
            for audit, value, indicator, title, code in self.marks:
                if audit in inside and value in LOOKED_AT:
                    found[indicator or f"{title} ({code})"].append(value == "evidenced")
            return found

        if row.group in ("Most", "Least"):
            ranked = {
                name: sum(each) / len(each)
                for name, each in marked(of).items()
                if len(each) >= 5 and name.endswith(")")
            }
            listed = [
                each.figure
                for each in self.rows
                if each.part == "Evidence" and each.group == row.group and each.period == of
            ]
            assert len(listed) == min(5, len(ranked) // 2)
            others = [rate for name, rate in ranked.items() if name not in listed]
            rates = [ranked[name] for name in listed]
            assert rates == sorted(rates, reverse=row.group == "Most")
            assert not others or (min(rates) >= max(others) if row.group == "Most" else max(rates) <= min(others))
        return share(marked(row.period)[row.figure], bool)

    def chosen(self, slug: str, period: Period) -> Counter[str]:
        """The answers to one question in core audits."""
        inside = self.counted(period, core=True)
        return Counter(choice for audit, of, choice, _ in self.notes if audit in inside and of == slug and choice)

    def record(self, row: TidyRow, _: Period) -> Found:
        if row.figure == "Families asked":
            answers = self.chosen("feedback", row.period)
            return answers.total() - answers["not_explored"], answers.total()
        titles = {str(box.title): slug for slug, box in BOXES.items() if slug.startswith("record-") or "safe" in slug}
        slug = "feedback" if row.group == "Feedback" else titles[row.group.removesuffix(", Answers")]
        value = {str(label): choice for choice, label in BOXES[slug].choices}[row.figure]
        answers = self.chosen(slug, row.period)
        return answers[value], answers.total()

    def families(self, row: TidyRow, _: Period) -> Found:
        if row.group == "Spoke of":
            heard = self.chosen("feedback", row.period)["given"]
            inside = self.counted(row.period, core=False)
            speaks = {
                audit
                for audit, name, _, slug, choice in self.tags
                if name == row.figure and slug == "feedback" and choice == "given" and audit in inside
            }
            return len(speaks), heard
        slug = {"Heard": "feedback", "Wishes": "record-wishes"}[row.group]
        value = {str(label): choice for choice, label in BOXES[slug].choices}[row.figure]
        answers = self.chosen(slug, row.period)
        return answers[value], answers.total()

    def practice(self, row: TidyRow, _: Period) -> Found:
        inside, slug = self.counted(row.period), f"s{row.figure.removeprefix('Standard ')}-good-practice"
        return sum(audit in inside and of == slug and text != "" for audit, of, _, text in self.notes), None

    def themes(self, row: TidyRow, _: Period) -> Found:
        inside = self.counted(row.period)
        read = {audit for audit, *_ in self.tags if audit in inside}
        if row.figure == "Read for themes":
            return len(read), None
        name = row.figure.rsplit(" (S", 1)[0]
        return len({audit for audit, theme, *_ in self.tags if theme == name and audit in inside}), len(read)

    def of_programme(self, row: TidyRow, _: Period) -> Found:
        planned: Counter[str] = Counter()
        done: defaultdict[str, Counter[str]] = defaultdict(Counter)
        drawn: defaultdict[tuple[Any, date], list[str]] = defaultdict(list)
        about: dict[Any, tuple[str, int]] = {None: ("", 0)}
        held: set[tuple[Any, date]] = set()
        for pk, kind, month, many, state in ask("SELECT id, kind, month, planned, state FROM audits_activity"):
            about[pk] = (kind, many)
            if state == "planned" and as_date(month) in row.period:
                held.add((pk, as_date(month)))
        for pk, month, state, at, again in ask(
            "SELECT d.activity_id, a.month, a.state, a.finalised_at, a.re_audit_of_id FROM audits_audit a "
            "LEFT JOIN audits_pick p ON p.id = a.pick_id LEFT JOIN audits_draw d ON d.id = p.draw_id "
            "WHERE a.state NOT IN ('withdrawn', 'voided')"
        ):
            if again is None and as_date(month) in row.period:
                late = state in STANDING and london(at).replace(day=1) > as_date(month)
                drawn[pk, as_date(month)].append("late" if late else "in time" if state in STANDING else "")
        for pk, on, month in ask(
            'SELECT f.activity_id, f."on", y.month FROM audits_finding f '
            "JOIN audits_activity y ON y.id = f.activity_id "
            "WHERE y.kind = 'observation'"
        ):
            if as_date(month) in row.period:
                drawn[pk, as_date(month)].append("late" if as_date(on).replace(day=1) > as_date(month) else "in time")
        for pk, month in held | set(drawn):
            kind, many = about[pk]
            became = drawn[pk, month]
            many = many or (len(became) if kind != "observation" else 0)
            planned[kind] += many
            done[kind][OUTCOMES[0]] += became.count("in time")
            done[kind][OUTCOMES[1]] += became.count("late")
            undone = max(0, many - became.count("in time") - became.count("late"))
            done[kind][OUTCOMES[2] if month < ON.replace(day=1) else OUTCOMES[3]] += undone
        name = row.group.removesuffix(", Outcomes")
        kinds = [KINDS[name]] if name in KINDS else list(planned) if name == "All audits" else ["multi_agency"]
        whole = sum(planned[kind] for kind in kinds)
        return (whole, None) if row.figure == "Planned" else (sum(done[kind][row.figure] for kind in kinds), whole)

    def spot_views(self, row: TidyRow, _: Period) -> Found:
        rows = ask("SELECT kind, held_on, recorded_at, opened_at, by_chance, on_file_on FROM audits_viewing")
        if row.figure == "Not written down yet":
            return sum(written is None and london(opened) in row.period for _, _, written, opened, *_ in rows), None
        held = [each for each in rows if each[2] is not None and as_date(each[1]) in row.period]
        by_name: dict[str, Callable[[Any], object]] = {
            "Spot view of a case file": lambda each: each[0] == "spot",
            "Case presentation": lambda each: each[0] == "presentation",
            "Chosen by chance": lambda each: each[4],
            "Note on the case file": lambda each: each[5] is not None and as_date(each[5]) <= ON,
        }
        return share(held, by_name.get(row.figure, bool))

    def workers_say(self, row: TidyRow, _: Period) -> Found:
        answers = [
            (as_date(month), fair, helped)
            for month, fair, helped in ask("SELECT month, fair, helped FROM audits_workersay")
        ]
        told: list[str] = []
        for first in (month.first for month in row.period.months[::3]):
            quarter = periods.parse(f"{first:%Y-%m}").back(1)[0].shifted(2)
            within = [each for each in answers if first <= each[0] <= quarter.last]
            if len(within) >= 5 and quarter.last < ON:
                told += [fair if row.group == "Fair" else helped for _, fair, helped in within]
        return told.count({"Yes": "yes", "In part": "partly", "No": "no"}[row.figure]), len(told)

    def conclusions(self, row: TidyRow, _: Period) -> Found:
        *_, title, month = row.group.split(", ")
        rows = [
            (about, learning)
            for of, planned, about, learning, on in ask(
                "SELECT y.title, y.month, CASE WHEN f.agency <> '' THEN f.agency "
                "WHEN f.question <> '' THEN f.question ELSE f.seen END, "
                'f.learning, f."on" FROM audits_finding f JOIN audits_activity y ON y.id = f.activity_id'
            )
            if of == title and f"{as_date(planned):%B %Y}" == month and as_date(on) in row.period
        ]
        if row.figure == "With learning":
            return sum(learning != "" for _, learning in rows), None
        return sum(about == row.figure for about, _ in rows), None

    def changed(self, row: TidyRow, _: Period) -> Found:
        rows = [
            (as_date(due), lasted, its_day(answered), agrees, its_day(checked))
            for due, lasted, answered, agrees, checked, state in ask(
                "SELECT l.due_on, l.lasted, l.answered_at, l.agrees, l.checked_at, a.state FROM audits_lastingcheck l "
                "JOIN audits_action c ON c.id = l.action_id JOIN audits_audit a ON a.id = c.audit_id"
            )
            if state in STANDING
        ]
        if row.figure == "Answered":
            return share([each for each in rows if each[0] in row.period and each[0] <= ON], lambda each: each[2])
        if row.figure == "Lasted":
            return share([each for each in rows if each[2] and each[2] in row.period], lambda each: each[1] == "yes")
        return share([each for each in rows if each[4] and each[4] in row.period], lambda each: each[3])

    def test_every_number_of_every_other_part(self) -> None:
        parts = {
            "Grades": self.grades,
            "Coverage": self.coverage,
            "Agreement": self.agreement,
            "Panel": self.panel,
            "Put right": self.put_right,
            "Actions": self.of_actions,
            "Escalations": self.of_escalations,
            "Evidence": self.evidence,
            "Record": self.record,
            "Families": self.families,
            "Practice": self.practice,
            "Themes": self.themes,
            "Programme": self.of_programme,
            "Spot views": self.spot_views,
            "Workers say": self.workers_say,
            "Conclusions": self.conclusions,
            "Changed": self.changed,
        }
        recounted: Counter[str] = Counter()
        other: Counter[str] = Counter()
        masked: Counter[str] = Counter()
        seen: defaultdict[tuple[str, str], bool] = defaultdict(bool)
        wrong = []
        for written in REPORTS:
            of = periods.parse(written)
            self.rows = list(tidy_rows(work_out(of, on=ON)))
            for row in self.rows:
                if row.part not in parts:
                    other[row.part] += 1
                    continue
                expected = parts[row.part](row, of)
                recounted[row.part] += 1
                seen[row.part, row.figure] |= bool(row.count or row.masked)
                if row.masked:
                    masked[row.masked] += 1
                    fits = 1 <= (expected[0] or 0) <= 4 if row.masked == "<5" else (expected[0] or 0) >= 5
                    assert (row.count, row.of, fits) == (None, None, True), (written, row, expected)
                elif (row.count, row.of) != expected and not (row.of is None and row.count == expected[0]):
                    wrong.append(
                        (written, row.part, row.group, row.figure, str(row.period), (row.count, row.of), expected)
                    )
        assert not wrong, "\n".join(map(str, wrong))
        assert set(recounted) == set(parts), "every part has rows"
        assert set(other) == {"Standards"}, "recounted in test_recount.py"
        assert min(masked["<5"], masked["[c]"]) > 5
        assert recounted.total() > 2_400
        never = {key for key, some in seen.items() if not some}
        assert never == set(), "a number that is nowhere more than 0 shows nothing"
