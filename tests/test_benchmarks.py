"""The synthetic rows that speed is measured on, and the arithmetic of the speed table. Nothing here is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db.models import Count

from audits.duties import monthly_duties, owed
from audits.models import CASE_NUMBER, Action, Audit, Case, Judgement, Mark, Proposal
from benchmarks import memory, sized, stage, table
from benchmarks.table import Line
from benchmarks.turns import Turns
from escalation.models import Escalation, Step
from fixtures import scale
from people.models import TrailEntry, User
from qualitycounts.base import clock
from reporting import periods
from reporting.sections.base import finalised_between
from standards.grades import BELOW_GOOD
from standards.models import StandardSet
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory, open_audit
from tests.ground import processes


def scale_data(**numbers: int) -> dict[str, Any]:
    out = StringIO()
    call_command("scale_data", json=True, stdout=out, **numbers)
    done: dict[str, Any] = json.loads(out.getvalue())
    return done


# Synthetic rows


def test_it_makes_as_many_cases_and_audits_as_were_asked_for(v7: StandardSet) -> None:
    done = scale_data(cases=30, audits=13)
    assert (done["cases"], done["audits"]) == (30, 13)
    assert Case.objects.count() == done["written"]["case"] == 30
    assert Audit.objects.count() == done["written"]["audit"] == 13
    assert Judgement.objects.count() == done["written"]["judgement"] == 13 * 8
    assert Action.objects.count() == done["written"]["action"] > 0
    assert Step.objects.count() == done["written"]["step"] > 0


def test_every_audit_is_finished_whole(v7: StandardSet) -> None:
    scale_data(cases=10, audits=12)
    for audit in Audit.objects.annotate(marks_made=Count("marks")):
        assert audit.final
        assert audit.met_on is not None
        assert audit.met_on < clock.today()
        assert audit.marks_made > v7.indicators.count()
        assert audit.judgements.get(number=CASE_NUMBER).grade == audit.grade
        assert all(one.settled for one in audit.judgements.all())
        assert audit.escalations.exists() == (audit.grade in BELOW_GOOD)
        low = audit.judgements.filter(grade__in=BELOW_GOOD)
        assert set(audit.actions.values_list("judgements", flat=True)) == set(low.values_list("pk", flat=True))
    assert Mark.objects.filter(criterion=None).count() == 12 * v7.indicators.count()


def test_audits_are_spread_over_the_year_before_this_month(v7: StandardSet) -> None:
    scale_data(cases=5, audits=24)
    months = Audit.objects.order_by("month").values_list("month").annotate(Count("pk"))
    assert [count for _, count in months] == [2] * 12
    assert max(month for month, _ in months) < clock.today().replace(day=1)


def test_what_an_audit_asked_for_six_weeks_ago_is_done_and_since_then_open(v7: StandardSet) -> None:
    scale.make_synthetic(cases=20, audits=48, today=TODAY)
    over = Audit.objects.filter(state=Audit.State.CLOSED)
    assert not Action.objects.unfinished().filter(audit__in=over).exists()
    assert not Escalation.objects.filter(audit__in=over, state=Escalation.State.OPEN).exists()
    recent = Audit.objects.filter(state=Audit.State.FINALISED)
    assert {one.state for one in Action.objects.filter(audit__in=recent)} == {Action.State.OPEN}
    assert {one.state for one in Escalation.objects.filter(audit__in=recent)} == {Escalation.State.OPEN}


def test_nobody_in_it_can_be_taken_for_somebody_or_sign_in(v7: StandardSet) -> None:
    scale_data(cases=5, audits=2)
    for person in User.objects.all():
        assert person.name.startswith("Synthetic ")
        assert person.email.endswith("@example.gov.uk")
        assert not person.check_password("!")
        assert not person.has_usable_password()
    assert not Case.objects.exclude(person_id__startswith="SYN-").exists()
    assert not TrailEntry.objects.exists()


def test_it_is_refused_where_there_is_anybody_unless_debug_is_on(council: Council, settings: Any) -> None:
    before = User.objects.count()
    with pytest.raises(CommandError, match="empty database") as refused:
        scale_data(cases=5, audits=1)
    assert refused.value.returncode == 1
    assert User.objects.count() == before
    settings.DEBUG = True
    scale_data(cases=5, audits=1)
    assert Case.objects.filter(person_id__startswith="SYN-").count() == 5


def test_one_person_is_enough_for_a_refusal(v7: StandardSet) -> None:
    UserFactory.create()
    with pytest.raises(CommandError):
        scale_data(cases=5, audits=1)


def test_run_again_it_adds_and_keeps_its_people(v7: StandardSet, settings: Any) -> None:
    settings.DEBUG = True
    scale_data(cases=10, audits=2)
    people = User.objects.count()
    scale_data(cases=5, audits=2)
    assert (Case.objects.count(), Audit.objects.count(), User.objects.count()) == (15, 4, people)


@pytest.mark.parametrize("numbers", [{"cases": 0, "audits": 1}, {"cases": 1, "audits": -1}])
def test_it_asks_for_numbers_that_make_sense(v7: StandardSet, numbers: dict[str, int]) -> None:
    with pytest.raises(CommandError, match="at least one case"):
        scale_data(**numbers)


def test_cases_alone_will_do(v7: StandardSet) -> None:
    scale_data(cases=1, audits=0)
    assert Case.objects.count() == 1
    assert not Audit.objects.exists()


def test_without_standards_it_is_refused(db: None) -> None:
    StandardSet.objects.all().delete()
    with pytest.raises(CommandError, match="No standards are loaded"):
        scale_data(cases=1, audits=1)


def test_copies_are_made_in_the_database_whole_and_to_the_number_asked_for(v7: StandardSet) -> None:
    scale_data(cases=4, audits=3)
    stage.multiply(cases=10, grades=70)
    assert Case.objects.count() == 12
    assert Audit.objects.count() == 9
    assert all(audit.judgements.count() == 8 for audit in Audit.objects.all())
    assert Audit.objects.values("month", "number").distinct().count() == 9
    for one in Judgement.objects.filter(number=CASE_NUMBER).select_related("audit"):
        assert one.grade == one.audit.grade
    added = Case.objects.create(person_id="SYN-LAST", category="CIN", opened_on=clock.today())
    assert added.pk > Case.objects.exclude(pk=added.pk).latest("pk").pk


def test_a_table_that_has_enough_is_not_copied(v7: StandardSet) -> None:
    scale_data(cases=10, audits=2)
    stage.multiply(cases=8, grades=16)
    assert (Case.objects.count(), Judgement.objects.count()) == (10, 2 * 8)


def test_grades_are_copied_with_what_was_proposed(v7: StandardSet) -> None:
    scale_data(cases=5, audits=2)
    before = Proposal.objects.count()
    stage.multiply(cases=5, grades=40)
    assert Proposal.objects.count() == 3 * before
    assert not Proposal.objects.exclude(judgement__in=Judgement.objects.all()).exists()


def test_only_audits_that_are_final_are_copied(council: Council) -> None:
    open_audit(council)
    scale.make_synthetic(cases=4, audits=3, today=TODAY)
    stage.multiply(cases=4, grades=70)
    assert Audit.objects.final().count() == 9
    assert Audit.objects.unfinished().count() == 1


def test_of_the_years_before_no_monthly_duty_is_owed(v7: StandardSet, settings: Any) -> None:
    settings.TODAY = TODAY
    scale.make_synthetic(cases=20, audits=24, today=TODAY)
    stage.machinery_runs(NOW)
    months = {duty.month for duty in owed.owed_duties(monthly_duties.read_duties(on=TODAY), user=None, on=TODAY)}
    assert min(months) >= date(2026, 10, 1)


@pytest.mark.parametrize("count", [2, 9])
def test_a_quarter_gets_as_many_audits_as_are_wanted_and_none_before_it_more(v7: StandardSet, count: int) -> None:
    scale.make_synthetic(cases=20, audits=48, today=TODAY)
    quarter, before = periods.parse("2025-26Q4"), periods.parse("2025-26Q3")
    there = Audit.objects.final().filter(finalised_between(before, before)).count()
    stage.council_of(count, quarter)
    found = [Audit.objects.final().filter(finalised_between(each, each)).count() for each in (before, quarter)]
    assert found == [min(there, count), count]
    assert there > 2


# Arithmetic


def test_a_gate_is_held_up_to_and_at_its_limit() -> None:
    assert Line("1", "Statements", 10, 10).verdict == "ok"
    assert Line("1", "Statements", 11, 10).verdict == "OVER"
    assert Line("1", "Statements", 99, None).verdict == ""


def test_a_ratio_is_of_the_middle_ones() -> None:
    line = table.slower("2", "List: p50", [0.008, 0.5, 0.006], [0.002, 0.002, 0.9], "L", 4)
    assert line.measured == 4
    assert line.verdict == "ok"
    assert line.info == "p50 8.0 ms, p95 500.0 ms; L 2.0 ms"
    assert table.slower("2", "List: p50", [0.0081], [0.002], "L", 4).verdict == "OVER"


def test_work_in_turns_tells_the_processors_time_beside_its_ratio(db: None) -> None:
    turns = Turns({"A": [0.5, 1.0, 1.5], "Figures": [2.0, 2.0, 2.0]}, {"A": 1.5, "Figures": 4.5})
    line = turns.against("A", "Figures", row="8", limit=3)
    assert (line.measured, line.unit, line.verdict) == (2.0, "A", "ok")
    assert line.info.endswith("processor 1500.0 ms, 3 A")
    done: list[str] = []
    turns = Turns.of({"A": lambda: done.append("a"), "B": lambda: done.append("b")}, times=2)
    assert done == ["a", "b"] * 3, "each once more than is measured"
    assert [len(seconds) for seconds in turns.seconds.values()] == [2, 2]


def test_answers_a_second_are_compared_the_other_way_round() -> None:
    line = table.fewer("1", "Saves", 200.0, 1600.0, "F", 8)
    assert (line.measured, line.verdict) == (8, "ok")
    assert line.info == "200 a second; F 1,600"
    assert table.fewer("1", "Saves", 199.0, 1600.0, "F", 8).verdict == "OVER"


def test_p95_leaves_out_one_in_twenty() -> None:
    assert table.p95([float(n) for n in range(1, 101)]) == 95
    assert table.p95([float(n) for n in range(1, 21)]) == 19
    assert table.p95([3.0]) == 3
    assert table.p50([1.0, 2.0, 4.0, 8.0]) == 3


def test_the_table_says_gate_measure_and_verdict() -> None:
    lines = [
        Line("3", "Meeting: p50", 6.54, 6, "M", "why"),
        Line("9", "Sweep", 0.25, 1, "s"),
        Line("9", "Bare", 1234, None),
    ]
    rows = table.markdown(lines).splitlines()
    assert rows[0] == "| row | what | gate | measured |  | for information |"
    assert rows[2] == "| 3 | Meeting: p50 | ≤ 6 M | 6.54 M | OVER | why |"
    assert rows[3] == "| 9 | Sweep | ≤ 1 s | 0.25 s | ok |  |"
    assert rows[4] == "| 9 | Bare |  | 1,234 |  |  |"
    assert table.summary(lines) == "1 of 2 gates held\n  3 Meeting: p50: 6.54 M, gate ≤ 6 M"


def test_beside_each_row_stands_what_it_came_to_on_less_of_the_data() -> None:
    lines = [
        Line("7", "Draw of 60 from 399,950 of 400,000 cases", 9, 10, "bare hashings"),
        Line("5", "Words lost", 0, 0),
    ]
    small = [table.slower("7", "Draw of 40 from 3,950 of 4,000 cases", [0.012], [0.003], "bare hashings", 10)]
    rows = table.markdown(lines, small, "1/100").splitlines()
    assert rows[0] == "| row | what | gate | measured | at 1/100 |  | for information |"
    assert "| ≤ 10 bare hashings | 9 bare hashings | 4 bare hashings, 12.0 ms | ok |" in rows[2]
    assert rows[3] == "| 5 | Words lost | ≤ 0 | 0 |  | ok |  |", "what was not measured at that size is blank"


def test_a_share_of_the_data_is_a_share_of_every_count_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = dict.fromkeys(("CASES", "GRADES", "OPEN", "EXPORTED"), 5_000)
    asked = []
    module = SimpleNamespace(**counts, SIZE=60, run=lambda *words: asked.append(words))
    monkeypatch.setitem(sys.modules, "benchmarks.work", module)
    sized.main(100, "work", ["draw"])
    assert asked == [("draw",)]
    assert {module.CASES, module.GRADES, module.OPEN, module.EXPORTED} == {50}
    assert module.SIZE == 60
    assert sized.behind_the_pages(1) == (sized.CASES, sized.AUDITS)
    assert sized.behind_the_pages(100) == (sized.LEAST, 25), "enough for two hundred meetings"


def test_the_memory_of_a_process_is_its_own_and_that_of_all_it_started() -> None:
    words = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytearray(50_000_000); input()'])"
    with subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert processes.until(lambda: memory.peak_line("Worker", process.pid).measured > 50)
            assert len(memory.tree(process.pid)) == 2
            assert memory.peak_of(process.pid) < 40
            assert memory.peak_line("Worker", process.pid).limit == 2048
        finally:
            process.terminate()


def test_the_most_that_a_process_may_hold_is_what_the_compose_file_gives_it() -> None:
    services = yaml.safe_load((processes.ROOT / "docker-compose.yml").read_text())["services"]
    names = {"Pages": "web", "Stream": "stream", "Worker": "worker", "Schedule": "beat"}
    limits = {name: int(services[service]["mem_limit"].rstrip("g")) * 1024 for name, service in names.items()}
    assert limits == memory.LIMITS


def test_lines_come_through_another_process_as_they_were() -> None:
    lines = [Line("1", "Reply", 0.03, 3, "kB", "as sent"), Line("9", "Bare", 2.5, None)]
    assert table.load(table.dump(lines)) == lines


def test_numbers_have_the_places_they_deserve() -> None:
    assert [table.number(value) for value in (0, 3, 0.125, 12.34, 123.4, 399256)] == [
        "0",
        "3",
        "0.12",
        "12.3",
        "123",
        "399,256",
    ]


def test_a_measured_person_is_signed_in(council: Council, settings: Any) -> None:
    settings.ALLOWED_HOSTS = [stage.HOST]
    assert stage.queries(council.qa_officer, "/register/") > 0


def test_the_floors_start_and_answer_without_middleware(tmp_path: Path) -> None:
    words = "from benchmarks.wsgi import application; print(application._middleware_chain.__name__)"
    env = processes.environment(tmp_path, DEBUG="1", DJANGO_SETTINGS_MODULE="benchmarks.settings")
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=processes.ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "_get_response", done.stderr
