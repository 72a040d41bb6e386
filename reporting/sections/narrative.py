"""The front page in words: three sentences, four numbers with what they were, and a reading of every row of figures.

All of it follows from the figures alone, is frozen with them, and never says better or worse without a signal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qualitycounts.base.dates import short_month
from reporting import periods
from reporting.aims import Aims, good_enough, good_enough_in_words
from reporting.control_chart import NO_SIGNAL, NOTHING_TO_READ, TOO_FEW, in_words
from reporting.odds import Share, interval
from reporting.periods import Period, PeriodKind, council_year_of
from reporting.sections.actions import Actions
from reporting.sections.followed import STEPS, FollowedChildren, share_right
from reporting.sections.grades import Grades
from reporting.sections.lowest import weakest
from reporting.sections.put_right import PutRight
from reporting.sections.rows import Rows, rows_of
from reporting.sections.section import Figures
from reporting.sections.shares import Row
from reporting.sections.standards import SetInUse, Standards
from reporting.sections.story import Sentence, Story, Tile
from reporting.sections.wording import joined, noun_of


def compose_narrative(figures: Figures, aims: Aims) -> Story:
    """The sentences, the four numbers and the readings, to be frozen with the figures; `aims` are the council's."""
    rows = rows_of(figures)
    previous = rows.period.previous
    overdue = figures.of(Actions).actions.overdue.count
    return Story(
        sentences=[
            Sentence(*words) for words in (_overall(rows, aims, figures), changed(rows), weakest(rows, overdue))
        ],
        tiles=[
            _tile(rows.good, rows.good.now.percent, "audits", previous, aims.good),
            _tile(rows.inadequate, str(rows.inadequate.now.count) if rows.audits else "–", "audits", previous),
            _tile(rows.on_time, rows.on_time.now.percent, "actions due", previous, aims.on_time),
            _put_right_tile(figures, rows),
        ],
        good=rows.good.reading,
        on_time=rows.on_time.reading,
        put_right=rows.put_right.reading,
        standards=_standards(rows.standards),
        sets=sets_in_words(figures.of(Standards).sets),
        readings=[row.reading for row in rows.standards],
    )


def brief(period: Period) -> str:
    """The period in as few letters as a tile has room for: Oct, Q3, 2026-27."""
    return short_month(period.first) if period.kind == PeriodKind.MONTH else period.part or period.council_year


def _tile(row: Row, value: str, noun: str, previous: Period, target: int = 0) -> Tile:
    """One of the four numbers: what, how many, of how many, what it was, whether that is a signal, and whether it is
    good enough."""
    verdict, noun = good_enough(row.since_april, target), noun_of(row.now.of, noun)
    counts = row.now.counts if row.now.of else "none"
    of = f"{counts} {noun}" if row.now.of else f"no {noun}"
    if row.name == "Graded Inadequate" and row.now.of:
        of = f"of {row.now.of:,} {noun}" + (f", {row.now.percent}" if row.now.percent.endswith("%") else "")
    was = f"was {row.before}".replace(" (", ", ").replace(")", ",")
    return Tile(
        name=row.name,
        definition=row.definition,
        value=value,
        of=of,
        was=f"{was} in {brief(previous)}" if row.before.of else f"none in {brief(previous)}",
        read=row.reading.short,
        signal=row.reading.signal,
        enough=f"{verdict} ({target}%): {row.since_april} since April" if verdict else None,
    )


def _put_right_tile(figures: Figures, rows: Rows) -> Tile:
    """The children below Good that are put right, as they stand: this period's, with last period's beside them. They
    are counted one by one and never tested."""
    now, before = figures.of(PutRight).followed or (None, None)
    if now is None or before is None:
        previous = rows.period.previous
        return _tile(rows.put_right, rows.put_right.now.percent, f"below Good in {brief(previous)}", previous)
    below, last = brief(now.about), brief(before.about)
    return Tile(
        name="Put right",
        definition=" ".join(definition for _, definition in STEPS),
        value=share_right(now).percent,
        of=f"{share_right(now).counts} below Good in {below}" if now.below else f"none below Good in {below}",
        was=f"{share_right(before)} of {last}’s" if before.below else f"none below Good in {last}",
        read=_open_in_words(now, before),
        signal=False,
    )


def _open_in_words(now: FollowedChildren, before: FollowedChildren) -> str:
    """Of how many of these children an escalation is open; of last period's beside them, wherever one is."""
    if not before.open:
        return f"{now.open} with an escalation open" if now.open else "No escalation of theirs is open"
    return f"Escalation open: {now.open}, and {before.open} of {brief(before.about)}’s"


def sets_in_words(used: Sequence[SetInUse]) -> str:
    """Where the standards changed: that nothing is compared across the change; nothing where they did not."""
    if len(used) < 2:
        return ""
    stretches = [
        f"{each.title}, {periods.parse(each.first).label} to {periods.parse(each.last).label}"
        if each.first != each.last
        else f"{each.title}, {periods.parse(each.first).label}"
        for each in used
    ]
    return (
        f"The standards changed in these months: {'; '.join(stretches)}. Standards of different sets are different "
        "things, whatever their numbers: their figures are neither added nor compared, and each row begins anew."
    )


def _overall(rows: Rows, aims: Aims, figures: Figures) -> tuple[str, str]:
    """The first sentence: the level and the children with their count, and a floor that is crossed; then how far that
    may be from the truth, whether a change is shown, and whether it is good enough."""
    now = rows.good.now
    if not now.of:
        return nothing_graded(figures)
    enough = good_enough_in_words(rows.good.since_april, aims.good, _april(rows.period))
    return level_and_floor(rows, aims), " ".join(filter(None, [truth(now), rows.good.reading.words, enough]))


def nothing_graded(figures: Figures) -> tuple[str, str]:
    """The first sentence where the headline counts no audit: that none was finalised, or what those were that were."""
    grades, period = figures.of(Grades), figures.all_units[-1]
    when = f"{period.label}, so far" if "" < figures.as_at <= period.last.isoformat() else period.label
    others, again, aside = grades.finalised.count, grades.re_audits.count, grades.voided.count
    finalised = [
        *([_counted(others, "audit") + " chosen for a reason"] if others else []),
        *([_counted(again, "re-audit")] if again else []),
        *([f"{_counted(aside, 'audit')} set aside since"] if aside else []),
    ]
    if not finalised:
        return "No audits were finalised", f"in {when}: there are no grades to report."
    said = f"the headline counts no audit, and has no grade to report. Finalised were {joined(finalised)}."
    return "No core audit stands", f"in {when}: {said}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def level_and_floor(rows: Rows, aims: Aims) -> str:
    """The children's files below Good, and the floor that a month crosses."""
    months = rows.good.months
    crossed = aims.floor_crossed(months.names, months.shares, rows.inadequate.months.shares)
    return " ".join(filter(None, [level(rows.good.now, rows.inadequate.now), crossed]))


def truth(good: Share) -> str:
    """Between what the share of all files below Good may lie, and what the draw is."""
    between = interval(Share(good.of - good.count, good.of))
    low, high = between or ("0%", "100%")
    files = "1 file" if good.of == 1 else f"{good.of:,} files"
    return (
        f"From {files}, drawn within category of need and so no simple sample, the true share may lie between {low} "
        f"and {high}."
    )


def _april(period: Period) -> str:
    return f"April {council_year_of(period.first).first.year}"


def level(good: Share, inadequate: Share) -> str:
    """How many children's files were below Good, and how many of them Inadequate, with the count."""
    below = good.of - good.count
    low = f"{inadequate.count:,} Inadequate" if inadequate.count else "none Inadequate"
    if good.of == 1 and below:
        return f"The one file was below Good; {'' if inadequate.count else 'not '}Inadequate."
    if good.of == 1:
        return "The one file was Good or better."
    if not below:
        return f"None of {good.of:,} files was below Good."
    return f"{below:,} of {good.of:,} files {'was' if below == 1 else 'were'} below Good; {low}."


def changed(rows: Rows) -> tuple[str, str]:
    """The second sentence: the strongest signal outside the overall grade, or that none is shown."""
    others = [rows.inadequate, rows.on_time, rows.put_right]
    moved = sorted((row for row in rows.standards if row.reading.signal), key=_distance, reverse=True)
    moved += [row for row in others if row.reading.signal]
    if moved:
        row, way = moved[0], "rose" if moved[0].reading.direction > 0 else "fell"
        what = f"Standard {row.name.replace(' ', ', ', 1)}," if row in rows.standards else row.name
        also = f" {joined([other.name for other in moved[1:]])} moved as well." if moved[1:] else ""
        said = f"it {way} to {row.reading.moved}, more than chance explains; ask what did it.{also}"
        return f"{what} has changed:", said
    asked = [*rows.standards, *others]
    every = [row for row in asked if row.read]
    few = [row for row in every if row.reading.short == TOO_FEW]
    if not every and all(row.reading.short == NOTHING_TO_READ for row in asked):
        return "There is nothing to read a change from:", f"nothing was counted in {rows.period.label}."
    if not every:
        return "Nothing can be called a change yet:", "a baseline needs six months with something to count."
    if len(few) == len(every):
        return "Of the rest it is too few to tell:", "with numbers this small only a very large change could show."
    other = " other" if rows.good.reading.signal else ""
    if few:
        are = f"{in_words(len(few))} of {in_words(len(every))} figures {'is' if len(few) == 1 else 'are'}"
        return f"No{other} change is shown:", f"{are} too few to tell, and the others are inside their limits."
    return f"No{other} change is shown:", f"{_read_in_words(rows)} are inside their limits."


def _read_in_words(rows: Rows) -> str:
    """Which rows could be read, and are inside their limits: every standard and the actions done on time."""
    read, whole = sum(row.read for row in rows.standards), len(rows.standards)
    others = (
        (rows.inadequate, "the share graded Inadequate"),
        (rows.on_time, "the actions done on time"),
        (rows.put_right, "what was put right"),
    )
    standards = ["every standard" if read == whole else f"{in_words(read)} of {in_words(whole)} standards"]
    return joined([*(standards if read else []), *(name for row, name in others if row.read)])


def _standards(standards: list[Row]) -> str:
    """The verdict under the standards: which moved, and what can be said of the others."""
    moved = [row for row in standards if row.reading.signal]
    few = sum(row.reading.short == TOO_FEW for row in standards)
    none = sum(row.reading.short == NO_SIGNAL for row in standards)
    unread = Counter(row.reading.short for row in standards if not row.read)
    if not any(row.read for row in standards):
        if set(unread) == {NOTHING_TO_READ}:
            return "No standard was graded in the period: there is nothing to read."
        return "Too early to say: a baseline needs six months with audits."
    said = [f"{row.name}: {row.reading.words}" for row in moved]
    if none:
        rest = "the other " if moved and none + len(moved) == len(standards) else ""
        said.append(f"No signal in {rest}{in_words(none)}.")
    if few:
        said.append(f"Too few to tell in {in_words(few)}.")
    said += [f"{short} in {in_words(n)}." for short, n in unread.items()]
    if not moved and any(row.now.count < row.now.of for row in standards):
        said.append("What is low stays low: waiting does not raise it.")
    return " ".join(said)


def _distance(row: Row) -> float:
    """How far the last share lies from the row's average."""
    return abs((row.now.rate or 0) - row.run.mean)


def figure_moved(rows: Rows, standard: int | None) -> str:
    """Whether the figure that a recommendation was meant to move did: a signal, or the size that chance gives."""
    if standard is None:
        return "No figure was named"
    row = rows.of_standard(standard)
    if row is None:
        return f"Too early to say: Standard {standard}"
    name = f"Standard {standard}" if row is not rows.good else "Good or better"
    said = f"{name}, {row.before.percent} to {row.now.percent}"
    if not row.before.of or not row.now.of:
        return f"Too early to say: {name}"
    if row.reading.signal:
        return f"Yes, {row.reading.short.removeprefix('Signal, ')}: {said}"
    return f"{row.reading.short}: {said}"
