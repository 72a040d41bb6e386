"""Tests about the code itself: the conventions that a reader relies on, each shown to be able to fail."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from people.roles import GRANTS, LABELS, Permission, Role
from people.url_permissions import doors, methods_of
from qualitycounts.celery import app
from qualitycounts.management.commands.draw_states import PAGE, page_of_states
from tests import shape
from tests.shape import APPS, PACKAGES, ROOT, modules, place

pytestmark = pytest.mark.once
NOT_OURS = ("mfa/", "account", "gds", "errors", "django")
"""Folders of templates that a library, or the number of a status, asks for by name."""
OWN_WORDS = {
    "people/views/sign_in.py": "allauth does the work; its templates are under account/",
    "reporting/reports/views/reports.py": "making.py makes a report and issue.py lets it out",
    "escalation/views/escalations.py": "queue.py lists them and timeline.py tells one",
}
"""Views without a rule of their word, and why."""
SPELT_OUT = {
    "qualitycounts/asgi.py": "the one address that is answered outside the threads, asked of every request",
    "qualitycounts/no_store.py": "all that stands under sign-in, not a page",
    "audits/reminders/stalled.py": "a notice's link",
    "escalation/steps/owners.py": "a notice's link",
    "escalation/sweep.py": "a notice's link",
    "people/waiting_roles.py": "a notice's link",
}
"""Where an address is spelt out, and why. A page for a failed server (500.html) asks nothing of the routes either."""
STATES_OF_AUDITS = ("audits/models/", "audits/states.py")
"""Where the states of an audit may be spelt out in a row."""
KEPT_OUT = ("3d4473f6e2acb6ac", "1fb933387a895e65", "a69b55435a897e5a")
"""Hashes of the names of the place whose published strategy this implements: the council here is invented."""


def breaches(check: Callable[[str], list[str]], paths: list[Path]) -> list[str]:
    """What a check finds in some files, each with its file."""
    return [f"{place(path)} {found}" for path in paths for found in check(path.read_text(encoding="utf-8"))]


# Doors


def test_every_address_says_who_may_come_in() -> None:
    assert [door.route for door in doors() if door.permissions is None] == []


def test_every_address_has_a_name_of_its_own() -> None:
    names = Counter(door.name for door in doors())
    assert [name for name, count in names.items() if count > 1 or not name] == []


def test_every_page_behind_a_sign_in_says_which_methods_it_answers() -> None:
    assert [door.route for door in doors() if door.permissions and not door.methods] == []
    assert methods_of(lambda request: None) == ()


def test_an_address_is_asked_for_by_its_name() -> None:
    elsewhere = [path for path in modules(*PACKAGES) if path.name[:4] != "urls" and place(path) not in SPELT_OUT]
    assert breaches(shape.addresses_in, elsewhere) == []
    pages = [path for path in (ROOT / "templates").rglob("*.html") if path.name != "500.html"]
    assert breaches(shape.addresses_in_template, pages) == []
    assert shape.addresses_in('url = f"/audits/{audit.ref}/"\ntold(link="/audits/")') == ["line 1: /audits/"]
    assert shape.addresses_in('reverse("audit"), "a/b/", "/", "and/or"') == []
    assert shape.addresses_in_template('<a href="/audits/">') == ['href="/audits/']
    assert shape.addresses_in_template("""<a href="{% url 'audits' %}"><script src="{% static 'a.js' %}">""") == []


def test_every_role_has_grants_and_a_word_and_every_grant_its_reason() -> None:
    assert set(GRANTS) == set(LABELS) == set(Role)
    grants = [grant for role in GRANTS.values() for grant in role.values()]
    assert [grant for grant in grants if not re.fullmatch(r"[A-Z].+[.?]", grant.why)] == []


def test_every_permission_is_granted_to_someone_and_asked_by_something() -> None:
    granted = {permission for role in GRANTS.values() for permission in role}
    assert granted == set(Permission)
    asked = "\n".join(path.read_text() for path in modules(*PACKAGES) if place(path) != "people/roles.py")
    assert [permission for permission in Permission if f"Permission.{permission.name}" not in asked] == []


# Layers within an app


def test_a_view_asks_a_rule_and_never_the_database() -> None:
    assert breaches(shape.objects_in, [path for path in modules(*PACKAGES) if shape.is_view(path)]) == []
    assert shape.objects_in("found = Case.objects.all()") == ["line 1: .objects"]


def test_a_view_is_doorway_form_rule_and_reply() -> None:
    assert breaches(shape.long_views_in, [path for path in modules(*PACKAGES) if shape.is_view(path)]) == []
    assert shape.long_views_in("def view():\n" + "    a = 1\n" * 30) == ["line 1: view has 31 lines"]
    assert shape.long_views_in("def view():\n" + "    a = 1\n" * 29) == []


def test_nothing_below_views_commands_and_tasks_reads_the_clock() -> None:
    below = [path for path in modules(*PACKAGES) if not shape.may_read_the_clock(path)]
    assert breaches(shape.clock_in, below) == []
    assert shape.clock_in("on = clock.today()\nat = timezone.now()\nday = clock.day_of(at)") == [
        "line 1: clock.today()",
        "line 2: timezone.now()",
    ]


def test_a_state_changes_only_in_a_rule_and_only_to_what_its_table_says() -> None:
    outside = [path for path in modules(*PACKAGES) if not shape.rules(path)]
    assert breaches(shape.states_set_in, outside) == []
    assert breaches(shape.loose_states_in, modules(*PACKAGES)) == []
    assert shape.states_set_in("was, audit.state = 1, found") == ["line 1: was, audit.state = (1, found)"]
    assert shape.loose_states_in("audit.state = 'closed'\naudit.state = other.state") == [
        "line 1: 'closed'",
        "line 2: other.state",
    ]
    assert shape.loose_states_in("a.state = AUDIT.check(a.state, 'close')\nb.state = Draw.State.DRAWN") == []


def test_a_set_of_states_of_an_audit_has_a_name_on_its_model() -> None:
    elsewhere = [path for path in modules(*PACKAGES) if not place(path).startswith(STATES_OF_AUDITS)]
    assert breaches(shape.state_sets_in, elsewhere) == []
    assert shape.state_sets_in("DONE = [Audit.State.FINALISED, Audit.State.CLOSED]") == [
        "line 1: [Audit.State.FINALISED, Audit.State.CLOSED]"
    ]
    assert shape.state_sets_in("State = Audit.State\naudit.state in {State.BOOKED, State.AGREED}")
    assert shape.state_sets_in("(*Audit.UNFINISHED, Audit.State.CLOSED), (State.OPEN, State.DONE)") == []


def test_every_public_function_says_what_it_does() -> None:
    said = [path for path in modules(*PACKAGES) if path.name not in ("apps.py", "__init__.py")]
    assert breaches(shape.undocumented_in, said) == []
    assert shape.undocumented_in('"""A module."""\ndef rule():\n    pass\nclass Thing:\n    pass') == [
        "line 2: rule",
        "line 4: Thing",
    ]
    assert shape.undocumented_in("a = 1") == ["the module"]


def test_a_rule_is_told_by_whom_and_when_by_name() -> None:
    assert breaches(shape.positional_actors_in, [path for path in modules(*PACKAGES) if shape.rules(path)]) == []
    assert shape.positional_actors_in("def sign(audit, by, at): ...") == ["line 1: sign"]
    assert shape.positional_actors_in("def sign(audit, *, by, at): ...") == []


def test_what_is_handed_to_the_worker_by_name_is_a_task() -> None:
    names = [name for path in modules(*PACKAGES) for name in re.findall(r'enqueue\w*\("([\w.]+)"', path.read_text())]
    assert len(names) >= 2
    app.loader.import_default_modules()
    assert set(names) <= set(app.tasks)


def test_a_refusal_is_a_sentence() -> None:
    assert breaches(shape.unfinished_refusals_in, modules(*PACKAGES)) == []
    assert shape.unfinished_refusals_in("raise Refused('not now')") == [
        "line 1: begins “not now”",
        "line 1: ends “not now”",
    ]
    assert shape.unfinished_refusals_in("raise NotNow(f'Wait for {name}.', 'field')") == []


def test_a_check_is_answered_with_yes_or_no_in_one_place() -> None:
    elsewhere = [path for path in modules(*PACKAGES) if place(path) != "qualitycounts/base/refusals.py"]
    assert breaches(shape.answers_written_by_hand_in, elsewhere) == []
    twin = "def can_sign():\n try:\n  check_sign()\n except {}:\n  return False\n return True"
    assert shape.answers_written_by_hand_in(twin.format("Refused")) == ["line 4: except Refused"]
    assert shape.answers_written_by_hand_in(twin.format("(NotNow, NotAllowed)"))
    assert shape.answers_written_by_hand_in(twin.format("ValueError")) == []
    assert shape.answers_written_by_hand_in("try:\n sign()\nexcept Refused as refused:\n return refused.status") == []


# Records


def test_a_moment_never_stands_without_who_it_was() -> None:
    found = []
    for model in apps.get_models():
        if model._meta.app_label in APPS:
            names = [constraint.name for constraint in model._meta.constraints]
            found += [f"{model.__name__}: {one}" for one in shape.unpaired_in(model._meta.fields, names)]
    assert found == []


def test_a_moment_without_its_person_or_its_constraint_is_found() -> None:
    signed_at, signed_by = models.DateTimeField(name="signed_at"), models.TextField(name="signed_by")
    assert shape.unpaired_in([signed_at], []) == ["signed_at has no signed_by"]
    assert shape.unpaired_in([signed_at, signed_by], ["audit_other_at_by"]) == [
        "signed_at and signed_by have no constraint"
    ]
    assert shape.unpaired_in([signed_at, signed_by], ["audit_signed_at_by"]) == []


def test_a_date_is_put_into_words_in_one_place() -> None:
    elsewhere = [path for path in modules(*PACKAGES) if place(path) != "qualitycounts/base/dates.py"]
    assert breaches(shape.dates_by_hand_in, elsewhere) == []
    assert breaches(shape.dates_by_hand_in_template, list((ROOT / "templates").rglob("*.*"))) == []
    assert shape.dates_by_hand_in('f"until {day:%A} {day.day} {day:%B %Y}"') == ["line 1: %A", "line 1: %B %Y"]
    assert shape.dates_by_hand_in('day.strftime("%-d.%-m.")') == ["line 1: %-d.%-m."]
    assert shape.dates_by_hand_in('f"{day:%Y-%m} 100 % of %d at {at:%H:%M}"') == []
    assert shape.dates_by_hand_in_template("{{ day|date:'Y-m' }}{{ day|date:'j F Y' }}") == ["|date:'j F Y'"]


# One word, five places


def test_a_page_has_its_rule_its_templates_and_its_tests_under_one_word() -> None:
    missing = []
    for path in modules(*APPS):
        if not shape.is_view(path) or path.name == "__init__.py":
            continue
        app, word = path.relative_to(ROOT).parts[:2]
        if word == "views":
            missing += (
                [] if shape.rule_of(path) or place(path) in OWN_WORDS else [f"{place(path)}: no rule of its word"]
            )
            folder, tests = f"{app}/", ROOT / "tests" / app
        else:
            missing += (
                []
                if shape.rules_beside(path.parents[len(path.relative_to(ROOT).parts) - 3])
                else [f"{app}/{word}: no rule"]
            )
            folder, tests = f"{app}/{word}/", ROOT / "tests" / app / word
        named = re.findall(r'"([a-z_/]+\.html)', path.read_text())
        missing += [
            f"{place(path)}: {name} is outside templates/{folder}" for name in named if not name.startswith(folder)
        ]
        missing += [] if any(tests.glob("test_*.py")) else [f"{place(path)}: no test in {tests.relative_to(ROOT)}"]
    assert missing == []


def test_every_template_is_asked_for_by_something() -> None:
    said = "\n".join(path.read_text() for path in [*modules(*PACKAGES), *(ROOT / "templates").rglob("*.html")])
    names = [path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.*")]
    ours = [name for name in names if not name.startswith((*NOT_OURS, "notices/"))]  # see tests/test_notice_texts.py
    assert [name for name in ours if name not in said] == []


def test_no_module_is_longer_than_one_can_read() -> None:
    assert too_long(modules(*PACKAGES), shape.LONGEST) == []
    assert too_long(modules("tests", "benchmarks"), shape.LONGEST_TEST) == []
    assert too_long([Path(__file__)], 10) == ["tests/test_shape.py"]


def test_no_template_decides_in_a_crowd_of_tags_or_is_longer_than_one_can_read() -> None:
    pages = list((ROOT / "templates").rglob("*.html"))
    assert breaches(shape.crowded_in, pages) == []
    assert too_long(pages, shape.LONGEST_TEMPLATE) == []
    assert shape.crowded_in("{% if a %}b{% endif %}{% c %}\n" + "d" * 120) == []
    assert shape.crowded_in("d" * 121 + "\n{% a %}{% b %}{% c %}{% d %}") == ["line 1", "line 2"]


def too_long(paths: list[Path], most: int) -> list[str]:
    """The files of more than so many lines."""
    return [place(path) for path in paths if len(path.read_text(encoding="utf-8").splitlines()) > most]


# Names


def test_no_function_or_class_has_a_name_that_fits_everything() -> None:
    assert breaches(shape.vague_names_in, modules(*PACKAGES)) == []
    assert shape.vague_names_in("def look(case): ...\nclass Page: ...\ndef _end(): ...") == ["line 1: look"]


def test_no_variable_has_a_name_that_fits_everything() -> None:
    assert breaches(shape.vague_locals_in, modules(*PACKAGES)) == []
    vague = "def f(cases):\n  found = [one for one in cases]\n  return found\nclass C:\n  near: int"
    assert shape.vague_locals_in(vague) == ["line 2: found", "line 2: one"]


def test_a_name_stands_once_in_its_app() -> None:
    commands = [path for path in modules(*PACKAGES) if path.parent.name == "commands"]
    for package in PACKAGES:
        assert shape.names_given_twice(path for path in modules(package) if path not in commands) == {}
    assert shape.names_given_twice([ROOT / "tests/shape.py"] * 2)["parsed"] == ["tests/shape.py"] * 2


def test_no_module_hides_one_of_the_standard_library() -> None:
    assert shape.hides_the_standard_library(modules(*PACKAGES)) == []
    assert shape.hides_the_standard_library([ROOT / "audits/warnings.py"]) == ["audits/warnings.py"]


# What a page may not carry, and what stands nowhere


def test_no_template_carries_a_style_or_a_script_of_its_own() -> None:
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "reports" not in path.parts]
    assert breaches(shape.inline_in, pages) == []
    for wrong in (
        '<p style="a">',
        "<style>",
        "<script>",
        '<a onclick="b">',
        '<a href="javascript:c">',
        '<i hx-on:x="">',
    ):
        assert shape.inline_in(wrong), wrong
    assert shape.inline_in('<script src="/a.js" defer></script><p data-on="1">') == []


def test_no_scripts_import_each_other_in_a_circle() -> None:
    imports = shape.script_imports((ROOT / "static").rglob("*.js"))
    assert shape.circle_in(imports) == []
    assert "static/meeting/server.js" in imports["static/meeting/news.js"]
    assert shape.circle_in({"news": ["saving"], "saving": ["field", "news"]}) in (
        ["news", "saving", "news"],
        ["saving", "news", "saving"],
    )


def test_the_place_whose_strategy_this_is_stands_nowhere() -> None:
    texts = [path for path in shape.tracked() if path.suffix in TEXTS]
    found = {place(path): shape.kept_out(shape.words_in(path.read_text(errors="ignore")), KEPT_OUT) for path in texts}
    assert {name: words for name, words in found.items() if words} == {}
    assert len(texts) > 200
    assert shape.kept_out({"wrenford", "council"}, ["8ab5ac13e0e4ba4d"]) == []
    assert shape.kept_out({"a"}, ["ca978112ca1bbdca"]) == ["a"]


TEXTS = {".py", ".html", ".md", ".json", ".csv", ".css", ".js", ".txt", ".toml", ".yml", ".svg", ""}


def test_the_page_of_states_is_as_the_tables_say(tmp_path: Path, settings: object) -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page_of_states(), "Run `make states`"
    call_command("draw_states", "--check")
    settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="make states"):
        call_command("draw_states", "--check")


def test_every_table_of_states_is_on_that_page() -> None:
    page = page_of_states()
    for path in modules(*APPS):
        if path.name == "states.py":
            for name in re.findall(r'StateTable\(\s*"([a-z ]+)"', path.read_text()):
                assert f"## {name.capitalize()}\n" in page, f"{place(path)}: {name}"
