"""What is recounted: random audits of fourteen months with all that hangs on them, and rows in the last minute before
each period and in its first, on and beside each date of an action, and of kinds that are left out.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

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
from reporting.models import Tag, Theme
from tests.factories import Council
from tests.reporting import test_figures_deep
from tests.reporting.builder import Builder
from tests.reporting.test_figures import ON
from tests.reporting.test_recount import WORTH, edges

MINUTE = timedelta(minutes=1)


class RecountData:
    """Makes all of it once."""

    chance: Random

    @classmethod
    def make(cls) -> None:
        """The audits, and what was written, decided and seen of them."""
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
            opened = {"opened": at, "opened_on": day, "path": grade, "grade": grade}
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
    def children(cls) -> None:
        """What the case system holds of each child, some of it nothing; closed on the day of the data and after it."""
        for case in Case.objects.all():
            case.gender, case.ethnicity = cls.chance.choice("FMX"), cls.chance.choice(("WBRI", "ABAN", "NOBT", ""))
            case.disability, case.age = cls.chance.choice(("Y", "N", "")), cls.chance.choice((None, *range(20)))
            case.closed_on = cls.chance.choice((None, None, ON, ON + timedelta(days=1)))
            case.save()
