"""The rules that make the demonstration believable, as one reads them off its database: each yields what breaks it."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta

MOST_AUDITS = 5
SPEAKS_FROM, GROWN_UP = 4, 18
QUOTED = re.compile('[“”"]')
OF_SCHOOL = re.compile(r"\b(schools?|teachers?|classrooms?|lessons?|head ?teacher|pupils?|homework)\b", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.!?”])\s+")
FEWEST_WORDS = 4
"""Shorter ones, such as an answer to a question, may stand in any number of audits."""
SPEAKS_OF = {
    1: r"chronolog|genogram|record|case note|summar|entr(y|ies)|file|entered",
    2: r"assess|analys|scaling|danger|history|weigh",
    3: r"plan|goal|contingenc|permanen",
    4: r"review|conference|core group|team around|statutor|IRO|advocate",
    5: r"visit|seen|saw|said|says?|asked|asks|father|mother|parent|carer|aunt|uncle|network|direct work|listen|"
    r"professional|relationship|views?|worker|contact",
    6: r"change|better|worse|outcome|differen|progress|safer|settled|permanen|drift|scal|goal|since|getting on|life",
    7: r"supervis|manage|oversight|deci(sion|ded)",
}
"""By standard the words of which each of its notes has one."""
HOLDERS = {
    "judgement": "(SELECT audit_id FROM audits_judgement WHERE id = t.judgement_id)",
    "action": "(SELECT audit_id FROM audits_action WHERE id = t.action_id)",
    "escalation": "(SELECT audit_id FROM escalation_escalation WHERE id = t.escalation_id)",
    "ask": "(SELECT audit_id FROM audits_familyask WHERE id = t.ask_id)",
}
"""How a row that is not an audit's own leads to it."""
TEXTS = (
    ("audits_note", "slug", "text", ""),
    ("audits_mark", "'mark'", "seen", ""),
    ("audits_action", "'plan'", "what || '. ' || measure || '. ' || outcome || '. ' || resources", ""),
    ("audits_action", "'evidence'", "evidence", ""),
    ("audits_supervision", "'supervision'", "discussed", ""),
    ("audits_judgement", "'why'", "clash_why || ' ' || stands_why", ""),
    ("audits_proposal", "'proposal'", "words", "judgement"),
    ("audits_review", "'panel'", "reason || ' ' || to_auditor || ' ' || to_worker || ' ' || message", ""),
    ("audits_lastingcheck", "'lasted'", "words || ' ' || seen", "action"),
    ("escalation_step", "slug", "words", "escalation"),
    ("escalation_concern", "'concern'", "why", "escalation"),
    ("audits_familyanswer", "'family'", "words", "ask"),
)
SAYS = "SELECT id, words FROM audits_workersay"
"""What workers say of an audit, which nothing ties to one."""
DATES = (
    ("audits_audit", "date(meets)"),
    ("audits_audit", "met_on"),
    ("audits_action", "due_on"),
    ("audits_action", "first_due_on"),
    ("audits_supervision", '"on"'),
    ("audits_panel", "meets_on"),
    ("audits_panelaction", "due_on"),
    ("audits_viewing", "held_on"),
    ("audits_finding", '"on"'),
    ("reporting_planitem", "due_on"),
    ("escalation_step", "due_on"),
)
"""Meetings and deadlines."""
MONTHS_ON = {"escalation_step": " AND slug != 're_audit'"}
"""Without what falls three months after by the calendar, which is never rolled on."""
LAST_DAY_TO_BOOK = 17
"""The tenth working day of a month is no later, and by then its meetings are booked and the next month is drawn."""
Text = tuple[str, str, int, str]
"""An audit, the place in it, how old its child is, and the words."""


def texts(demo: sqlite3.Connection) -> list[Text]:
    """All that is written in every audit."""
    said = []
    for table, place, words, holder in TEXTS:
        audit = HOLDERS.get(holder, "t.audit_id")
        query = f"SELECT a.month, a.number, {place}, c.age, {words} FROM {table} t"  # noqa: S608 -- named above
        query += f" JOIN audits_audit a ON a.id = {audit} JOIN audits_case c ON c.id = a.case_id"
        said += [(f"{month[:7]}-{number}", *rest) for month, number, *rest in demo.execute(query) if rest[-1].strip()]
    return said + [(f"say {pk}", "worker", 10, words) for pk, words in demo.execute(SAYS) if words]


def quotations_of_babies(demo: sqlite3.Connection, today: date) -> Iterator[str]:
    """A child under four is not quoted, nor asked the council's questions."""
    for audit, place, age, words in texts(demo):
        if age < SPEAKS_FROM and QUOTED.search(words):
            yield f"{audit} {place}: a child of {age} is quoted: {words}"
    asked = "SELECT a.month, a.number, c.age FROM audits_familyask f JOIN audits_audit a ON a.id = f.audit_id"
    asked += " JOIN audits_case c ON c.id = a.case_id WHERE f.speaker = 'child' AND c.age < ?"
    yield from (f"{month} {number}: a child of {age} was asked" for month, number, age in demo.execute(asked, [4]))


def school_out_of_age(demo: sqlite3.Connection, today: date) -> Iterator[str]:
    """Nobody under four or grown up goes to school."""
    for audit, place, age, words in texts(demo):
        if (age < SPEAKS_FROM or age >= GROWN_UP) and OF_SCHOOL.search(words):
            yield f"{audit} {place}: school at {age}: {words}"


def repeated_sentences(demo: sqlite3.Connection, today: date) -> Iterator[str]:
    """No sentence stands in more than five audits."""
    audits: dict[str, set[str]] = defaultdict(set)
    for audit, _, _, words in texts(demo):
        for sentence in SENTENCE.split(words):
            if len(sentence.split()) >= FEWEST_WORDS:
                audits[sentence].add(audit)
    yield from (f"in {len(of)} audits: {sentence}" for sentence, of in audits.items() if len(of) > MOST_AUDITS)


def notes_of_another_standard(demo: sqlite3.Connection, today: date) -> Iterator[str]:
    """A note speaks of the standard that it stands under."""
    for audit, place, _, words in texts(demo):
        number = re.match(r"s(\d)-(?!good)", place)
        if number and not re.search(SPEAKS_OF[int(number[1])], words, re.IGNORECASE):
            yield f"{audit} {place}: {words}"


def days_off(demo: sqlite3.Connection, today: date) -> Iterator[str]:
    """No meeting and no deadline is on a weekend or a bank holiday; and today is a working day."""
    holidays = {day for (day,) in demo.execute('SELECT "on" FROM standards_bankholiday')}
    for table, column in DATES:
        query = f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL{MONTHS_ON.get(table, '')}"  # noqa: S608
        for (day,) in demo.execute(query):
            if day in holidays or date.fromisoformat(day).isoweekday() > 5:
                yield f"{table} {column}: {day}"
    if today.isoformat() in holidays or today.isoweekday() > 5:
        yield f"today: {today}"


def late_by_accident(demo: sqlite3.Connection, today: date) -> Iterator[str]:
    """Nothing is late today but the one audit that is meant to be, and what hangs on it."""
    late = "SELECT DISTINCT audit_id FROM audits_action WHERE state = 'open' AND due_on < ?"
    steps = "SELECT DISTINCT e.audit_id FROM escalation_step s JOIN escalation_escalation e ON e.id = s.escalation_id"
    steps += " WHERE s.state = 'open' AND s.due_on < ? AND e.audit_id IS NOT NULL"
    audits = {pk for query in (late, steps) for (pk,) in demo.execute(query, [today.isoformat()])}
    if len(audits) > 1:
        yield f"late: {sorted(audits)}"
    if today.day > LAST_DAY_TO_BOOK:
        undrawn = "SELECT title FROM audits_activity WHERE state = 'planned' AND kind != 'observation' AND month <= ?"
        undrawn += " AND id NOT IN (SELECT activity_id FROM audits_draw WHERE activity_id IS NOT NULL)"
        next_month = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
        yield from (f"not drawn: {title}" for (title,) in demo.execute(undrawn, [next_month.isoformat()]))
        unbooked = "SELECT number FROM audits_audit WHERE state = 'allocated' AND month <= ?"
        yield from (f"not booked: {number}" for (number,) in demo.execute(unbooked, [today.isoformat()]))


def a_week_at_work(demo: sqlite3.Connection, today: date) -> Iterator[str]:
    """This week something was met, something is to be met today, and something waits for each step."""
    monday = today - timedelta(days=today.weekday() + 3)
    meets = [day for (day,) in demo.execute("SELECT date(meets) FROM audits_audit WHERE meets >= ?", [str(monday)])]
    if str(today) not in meets:
        yield "nothing is met today"
    if not any(day < str(today) for day in meets) or not any(day > str(today) for day in meets):
        yield "nothing was met before today, or will be after"
    states = {state for (state,) in demo.execute("SELECT DISTINCT state FROM audits_audit")}
    yield from sorted({"allocated", "booked", "in_meeting", "agreed", "finalised", "closed"} - states)


def families_unheard(demo: sqlite3.Connection, today: date) -> Iterator[str]:
    """Some families were asked before the meeting, and children, parents and carers answered."""
    heard = {who for (who,) in demo.execute("SELECT DISTINCT speaker FROM audits_familyask WHERE answered IS NOT NULL")}
    yield from sorted({"child", "parent", "carer"} - heard)


def grades_without_an_audit(demo: sqlite3.Connection, today: date) -> Iterator[str]:
    """Each category has an audit of each grade."""
    query = "SELECT DISTINCT a.category || ' ' || j.grade FROM audits_judgement j JOIN audits_audit a"
    query += " ON a.id = j.audit_id WHERE j.standard_id IS NULL AND a.met_on IS NOT NULL"
    there = {pair for (pair,) in demo.execute(query)}
    grades = ("outstanding", "good", "requires_improvement", "inadequate")
    wanted = {f"{category} {grade}" for category in ("CIN", "CP", "CLA", "EH", "CL") for grade in grades}
    yield from sorted(wanted - there)


RULES: tuple[Callable[[sqlite3.Connection, date], Iterator[str]], ...] = (
    quotations_of_babies,
    school_out_of_age,
    repeated_sentences,
    notes_of_another_standard,
    days_off,
    late_by_accident,
    a_week_at_work,
    families_unheard,
    grades_without_an_audit,
)


def broken(demo: sqlite3.Connection, *, today: date) -> dict[str, list[str]]:
    """By the name of each rule that does not hold, what breaks it."""
    found = {rule.__name__: list(rule(demo, today)) for rule in RULES}
    return {name: breaches for name, breaches in found.items() if breaches}


BREAKAGES = {
    "quotations_of_babies": "UPDATE audits_case SET age = 1",
    "school_out_of_age": "UPDATE audits_case SET age = 19",
    "repeated_sentences": "UPDATE audits_action SET outcome = 'The child is safer than before.'",
    "notes_of_another_standard": "UPDATE audits_note SET text = 'All was fine here.'",
    "days_off": "UPDATE audits_panel SET meets_on = '2026-11-29'",
    "late_by_accident": "UPDATE audits_action SET state = 'open'",
    "a_week_at_work": "UPDATE audits_audit SET meets = '2026-01-05 10:00:00'",
    "families_unheard": "UPDATE audits_familyask SET speaker = 'parent'",
    "grades_without_an_audit": "UPDATE audits_audit SET category = 'CIN'",
}
"""What one does to a demonstration to break each of the rules."""


def unseen(demo: sqlite3.Connection, *, today: date) -> list[str]:
    """The rules that do not notice when they are broken, each tried on a copy."""
    missed = []
    for name, breakage in BREAKAGES.items():
        copy = sqlite3.connect(":memory:")
        demo.backup(copy)
        copy.executescript(breakage)
        missed += [] if name in broken(copy, today=today) else [name]
        copy.close()
    return missed
