"""The governance documents: they name all that the models hold of a person, and every file that they name exists."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from audits.models import Case
from people.models import User
from qualitycounts.documents import DOCUMENTS, FOLDER, as_html
from qualitycounts.subject_access.held import walked_models
from tests.shape import ROOT

HELD = (FOLDER / "what-is-held.md").read_text(encoding="utf-8")
SAID = {
    "person_id": "person number",
    "other_numbers": "any other number",
    "category": "category",
    "age": "age",
    "gender": "gender",
    "ethnicity": "ethnicity",
    "disability": "disability",
    "keyworker": "keyworker",
    "opened_on": "opened",
    "closed_on": "closed",
    "last_supervision_on": "supervision",
    "last_oversight_on": "management oversight",
    "last_assessment_on": "assessment",
    "last_plan_on": "plan",
    "last_review_on": "review",
    "next_review_on": "next review",
    "last_visit_on": "visit",
    "last_seen_on": "time seen",
    "last_audited_on": "last audited",
    "email": "work e-mail",
    "name": "name",
    "job_title": "job title",
    "staff_number": "staff number",
    "registration_number": "registration number",
    "service": "team",
    "team": "team",
    "line_manager": "manager",
    "password": "how they sign in",
    "last_login": "how they sign in",
    "mails": "wish to be told",
}
"""Each field of a child's and of a worker's own record, and the words by which the privacy page names it."""
OF_THE_WORKER = {"worker_name": "name", "worker_email": "email", "worker_registration": "registration_number"}
OF_THE_WORKER |= {"worker_number": "staff_number", "second_worker": "name"}
NOT_OF_A_PERSON = {"id", "source", "fact_sources", "merged_into", "is_active", "left_on", "keys_on"}
"""Where a row came from, and how an account works: in the full list alone."""


def test_the_privacy_page_names_every_field_of_a_child_and_of_a_worker(client: Client, db: None) -> None:
    html = client.get("/privacy/").content.decode()
    page = " ".join(re.sub("<[^>]*>", " ", html).split()).lower()
    fields = {each.name for model in (Case, User) for each in model._meta.fields} - NOT_OF_A_PERSON
    words = {name: SAID.get(OF_THE_WORKER.get(name, name)) for name in fields}
    assert [name for name, said in words.items() if said is None] == [], "say here what the page calls it"
    assert [name for name, said in words.items() if said and not re.search(rf"\b{said}\b", page)] == []
    assert [slug for slug in DOCUMENTS if f'href="/privacy/{slug}/"' not in html] == []


def test_the_full_list_has_every_record_and_every_field_of_the_two() -> None:
    named = set(re.findall(r"`(\w+(?:\.\w+)?)`", HELD))
    assert [
        model._meta.label
        for model in walked_models()
        if model._meta.label not in named | {"audits.Case", "people.User"}
    ] == []
    fields = {each.name for model in (Case, User) for each in model._meta.fields}
    assert fields - named == {"id"}
    known = {model._meta.label for model in walked_models()}
    assert {name for name in named if "." in name and name[0].islower() and name.split(".")[1][:1].isupper()} <= known


@pytest.mark.parametrize("slug", DOCUMENTS)
def test_anyone_reads_each_document_as_a_page(client: Client, db: None, slug: str) -> None:
    answer = client.get(f"/privacy/{slug}/")
    page = answer.content.decode()
    body = page[page.index('<div class="qc-prose">') : page.index("</main>")]
    assert answer.status_code == 200
    assert body.count("<h1") == 1
    assert [mark for mark in ("**", "](", "\n#", "|--", "`") if mark in body] == []
    assert client.get("/privacy/passwords/").status_code == 404


def test_a_document_is_escaped() -> None:
    html = as_html("# A <b>\n\n- one\n  more\n- [two](dpia.md)\n\n| a | b |\n|---|---|\n| **x** | `<i>` |")
    assert [tag for tag in ("<b>", "<i>") if tag in html] == []
    assert html.count("<li>") == 2
    assert '<a class="govuk-link" href="../dpia/">two</a>' in html
    assert "<strong>x</strong>" in html


def test_every_file_that_a_document_names_exists() -> None:
    """Decisions tell of their day; all other documents of the code as it is."""
    documents = [*ROOT.glob("*.md"), *(path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "adr")]
    wanted = re.compile(
        r"(?<![\w/.])((?:tests|people|audits|escalation|reporting|standards|qualitycounts|docs|templates)/[\w./-]*\.(?:py|md|html|txt))"
    )
    lacking = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in documents
        if path.name != "CHANGELOG.md"
        for name in wanted.findall(path.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    ]
    assert lacking == []
