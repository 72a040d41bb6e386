"""The parts about grades, the panel, evidence and families, each number recounted."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from audits.form_boxes import BOXES
from audits.models import (
    CASE_NUMBER,
    Audit,
)
from reporting.periods import Period
from reporting.reports.tidy import TidyRow
from standards.categories import Category
from tests.reporting.recount_rows import BELOW, STANDING, Found, RecountCase, share
from tests.reporting.test_figures import ON, as_date, ask
from tests.reporting.test_recount import GOOD, WORTH

LOOKED_AT = ("evidenced", "partly", "not_evidenced")
KINDS = {
    "Core live audits": "core",
    "Themed audits": "themed",
    "Flash audits": "flash",
    "Observations of practice": "observation",
    "Not from a draw": "",
}
STATES = {str(state.label): state.value for state in Audit.State}
CATEGORIES = {category.value: str(category.label) for category in Category}


class TestRecountOfGrades(RecountCase):
    """Each function is what one part must have in a row."""

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
        return sum(is_in(self.held[pk]) for pk in self.counted(row.period, core=True)), None

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

    def test_every_number(self) -> None:
        parts = {
            "Grades": self.grades,
            "Coverage": self.coverage,
            "Agreement": self.agreement,
            "Panel": self.panel,
            "Evidence": self.evidence,
            "Record": self.record,
            "Families": self.families,
            "Practice": self.practice,
            "Themes": self.themes,
        }
        recounted, masked = self.recount(parts)
        assert recounted.total() > 1_000
        assert min(masked["<5"], masked["[c]"]) > 5
