"""A draft is begun, written, published by a second person, withdrawn until its day comes, and exported exactly."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from people.models import Notice, TrailEntry
from people.trail import verify
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from standards import set_file, standard_sets
from standards.drafting import compare, drafts, history, outline, publishing
from standards.models import Criterion, SetDraft, StandardSet
from tests.conftest import NOW
from tests.factories import Council, open_audit
from tests.standards.drafting.writing import (
    added,
    begun,
    dated,
    fresh,
    moved,
    published,
    retired,
    sent,
    typed_in,
    wrote,
)
from tests.standards.invented import invented
from tests.standards.test_set_faults import FAULTS, V7, five

LATER = "2027-01-01"


@pytest.mark.parametrize("count", [1, 20])
def test_a_set_typed_part_by_part_is_the_set_that_its_file_would_load(
    v7: StandardSet, council: Council, count: int
) -> None:
    draft = begun(council, v7)
    typed_in(council, draft, invented(count))
    wrote(council, draft, outline.SET, in_force_from=LATER, slug="typed")
    loaded, _ = standard_sets.load(json.dumps(invented(count)).encode())
    typed = published(council, draft)
    one, other = (set_file.as_file(each) for each in (loaded, typed))
    for key in ("slug", "in_force_from", "published_on"):
        del one[key], other[key]
    assert one == other


def test_a_round_trip_is_exact(v7: StandardSet, council: Council, tmp_path: object) -> None:
    draft = dated(council, begun(council, v7), LATER)
    added(
        council,
        draft,
        "standards.1.sections.1.criteria",
        title="New",
        question="Is “it” — new?",
        tags=["voice of the child"],
    )
    first = published(council, draft)
    data = set_file.as_bytes(set_file.as_file(first))
    assert data == set_file.as_bytes(fresh(draft).spec)
    assert hashlib.sha256(data).hexdigest() == first.file_hash
    SetDraft.objects.update(published_as=None)
    first.delete()
    second, new = standard_sets.load(data)
    assert new
    assert set_file.as_bytes(set_file.as_file(second)) == data
    assert second.file_hash == first.file_hash
    assert standard_sets.load(data) == (second, False)


def test_the_sets_own_file_loses_nothing_and_loads_where_the_set_is_there(v7: StandardSet) -> None:
    again = set_file.as_file(v7)
    assert again == set_file.whole(V7)
    assert [set_file.without_usual_path(row) for row in again["grades"]] == V7["grades"]
    assert {key: again[key] for key in V7 if key not in ("standards", "indicators", "headings", "grades")} == {
        key: V7[key] for key in V7 if key not in ("standards", "indicators", "headings", "grades")
    }
    assert again["headings"][:3] == V7["headings"]
    for name in ("standards", "indicators"):
        for row, was in zip(again[name], V7[name], strict=True):
            assert {key: row[key] for key in was if key != "sections"} == {k: was[k] for k in was if k != "sections"}
    assert standard_sets.load(set_file.as_bytes(again)) == (v7, False)
    again["title"] = "Other words"
    with pytest.raises(Refused, match="is loaded with other words"):
        standard_sets.load(set_file.as_bytes(again))


def test_who_wrote_it_does_not_publish_it_and_who_publishes_does_not_write(v7: StandardSet, council: Council) -> None:
    draft = dated(council, begun(council, v7), LATER)
    with pytest.raises(NotNow, match="has not sent it to be published"):
        publishing.publish_set(draft, version=draft.version, by=council.qa_officer, at=NOW)
    draft = sent(council, draft)
    with pytest.raises(NotAllowed, match="You wrote in this draft"):
        publishing.publish_set(draft, version=draft.version, by=council.head_of_qa, at=NOW)
    for person in (council.qa_officer, council.assistant_director, council.auditor):
        with pytest.raises(NotAllowed, match="The Head of QA writes the standards"):
            drafts.write_part(draft, place="grades.1", values={}, version=draft.version, by=person, at=NOW)
        with pytest.raises(NotAllowed):
            drafts.begin_draft(copy_of=v7, by=person, at=NOW)
    for person in (council.auditor, council.administrator, council.manager):
        with pytest.raises(NotAllowed):
            publishing.publish_set(draft, version=draft.version, by=person, at=NOW)
    assert StandardSet.objects.count() == 1
    assert publishing.publish_set(draft, version=draft.version, by=council.assistant_director, at=NOW).slug == "v8"


def test_it_is_sent_to_those_who_wrote_none_of_it_and_sent_back_or_published(v7: StandardSet, council: Council) -> None:
    draft = sent(council, dated(council, begun(council, v7), LATER))
    told = Notice.objects.filter(subject__contains="waits for you to publish")
    assert {notice.to for notice in told} == {council.qa_officer, council.assistant_director}
    assert list(publishing.drafts_to_publish(council.qa_officer)) == [draft]
    assert list(publishing.drafts_to_publish(council.head_of_qa)) == []
    wrote(council, draft, "standards.1", statement="Better words.")
    assert fresh(draft).sent_at is None
    draft = sent(council, draft)
    with pytest.raises(NotNow, match="It is sent already"):
        sent(council, draft)
    why = {"why": "Say less in standard 3.", "version": draft.version}
    with pytest.raises(NotAllowed):
        publishing.send_back(draft, by=council.head_of_qa, at=NOW, **why)
    publishing.send_back(draft, by=council.qa_officer, at=NOW, **why)
    assert Notice.objects.get(subject__contains="sent the standards back").to == council.head_of_qa
    assert (fresh(draft).sent_at, drafts.entries_of(draft)[0].why) == (None, why["why"])
    published(council, draft)
    assert Notice.objects.get(subject__startswith="Published").to == council.head_of_qa
    acts = history.past_acts(drafts.entries_of(draft), fresh(draft).spec)
    assert [(act.what, act.part) for act in acts[1:4]] == [
        ("Sent to be published", ""),
        ("Sent back", why["why"]),
        ("Sent to be published", ""),
    ]
    assert next((act.part, act.words) for act in acts if act.what == "Changed") == (
        "Standard 1 Case description and child’s history",
        [("What it says", v7.standards.get(number=1).statement, "Better words.")],
    )


def test_a_page_that_is_older_changes_nothing(v7: StandardSet, council: Council) -> None:
    draft = begun(council, v7)
    retired(council, draft, "standards.3")
    for act in (
        lambda: drafts.retire_part(draft, place="standards.3", version=1, by=council.head_of_qa, at=NOW),
        lambda: drafts.move_part(draft, place="standards.3", down=True, version=1, by=council.head_of_qa, at=NOW),
        lambda: drafts.drop_draft(draft, version=1, by=council.head_of_qa, at=NOW),
        lambda: publishing.send_draft(draft, version=1, by=council.head_of_qa, at=NOW),
        lambda: publishing.publish_set(draft, version=1, by=council.qa_officer, at=NOW),
    ):
        with pytest.raises(Stale):
            act()
    assert (len(fresh(draft).spec["standards"]), fresh(draft).version) == (6, 2)


def test_publishing_names_every_fault_by_the_rules_of_the_loader(v7: StandardSet, council: Council) -> None:
    draft = begun(council, v7)
    assert publishing.faults_of(draft, on=NOW.date()) == ["It has no day from which it is in force. Give it one."]
    for says in (
        "SMART question 1 has no “question”",
        "Standard 3 applies to no category",
        "A set has 1 to 20 standards, and this one has 21",
    ):
        spec = five()
        FAULTS[says](spec)
        SetDraft.objects.filter(pk=draft.pk).update(spec=spec)
        with pytest.raises(Refused, match="It was not sent") as refusal:
            published(council, draft)
        assert says in refusal.value.sentence
    spec = five() | {"slug": "v7-1", "in_force_from": NOW.date().isoformat()}
    SetDraft.objects.filter(pk=draft.pk).update(spec=spec)
    with pytest.raises(Refused) as refusal:
        published(council, draft)
    assert "Another set has the short name “v7-1”" in refusal.value.sentence
    assert "after the day on which it is published" in refusal.value.sentence
    SetDraft.objects.filter(pk=draft.pk).update(spec=spec | {"slug": "v8"})
    tomorrow = (NOW.date() + timedelta(days=1)).isoformat()
    SetDraft.objects.filter(pk=draft.pk).update(spec=spec | {"slug": "v8", "in_force_from": tomorrow})
    sent(council, draft)
    with pytest.raises(Refused, match=r"It was not published\. It must come into force after the day"):
        publishing.publish_set(fresh(draft), version=1, by=council.qa_officer, at=NOW + timedelta(days=1))
    assert published(council, draft).in_force_from == NOW.date() + timedelta(days=1)


def test_it_is_withdrawn_until_its_day_and_while_no_audit_has_it(v7: StandardSet, council: Council) -> None:
    draft = dated(council, begun(council, v7), LATER)
    published(council, draft)
    for person in (council.auditor, council.staff):
        with pytest.raises(NotAllowed):
            publishing.withdraw_set(fresh(draft), by=person, at=NOW)
    publishing.withdraw_set(fresh(draft), by=council.head_of_qa, at=NOW)
    assert (StandardSet.objects.count(), fresh(draft).open) == (1, True)
    wrote(council, draft, "standards.1", statement="Better words.")
    eighth = published(council, draft)
    first_day = NOW.replace(year=2027, month=1, day=1)
    with pytest.raises(NotNow, match="is in force"):
        publishing.withdraw_set(fresh(draft), by=council.head_of_qa, at=first_day)
    audit = open_audit(council)
    audit.standard_set = eighth
    audit.save()
    with pytest.raises(NotNow, match="An audit is graded by this set"):
        publishing.withdraw_set(fresh(draft), by=council.head_of_qa, at=first_day - timedelta(days=1))
    assert fresh(draft).published_as == eighth


def test_what_is_published_or_thrown_away_is_not_written_in(v7: StandardSet, council: Council) -> None:
    first, second = dated(council, begun(council, v7), LATER), begun(council, v7)
    assert second.spec["slug"] == "v7-1-2"
    published(council, first)
    drafts.drop_draft(second, version=1, by=council.head_of_qa, at=NOW)
    for draft in (first, second):
        with pytest.raises(NotNow, match="not open any more"):
            wrote(council, draft, "standards.1", statement="Other words.")
        with pytest.raises(NotNow, match="not open any more"):
            published(council, draft)


def test_the_trail_tells_each_change_with_what_was_and_is(v7: StandardSet, council: Council) -> None:
    draft = dated(council, begun(council, v7), LATER)
    wrote(council, draft, "standards.2", statement="New words.", title=v7.standards.get(number=2).title)
    moved(council, draft, "standards.2", down=False)
    added(council, draft, "smart", word="Kind", question="Is it kind?")
    retired(council, draft, "indicators.7")
    published(council, draft)
    publishing.withdraw_set(fresh(draft), by=council.qa_officer, at=NOW)
    acts = [entry.act.removeprefix("standards.") for entry in drafts.entries_of(draft)][::-1]
    assert acts == [
        *("draft_begun", "part_changed", "part_changed", "part_moved", "part_added", "part_retired"),
        *("draft_sent", "published", "withdrawn"),
    ]
    said = json.loads(TrailEntry.objects.filter(act="standards.part_changed").latest("seq").content or "")
    assert said["now"] == {"statement": "New words."}
    assert said["was"] == {"statement": v7.standards.get(number=2).statement}
    assert verify().ok


def test_comparing_says_what_was_added_changed_moved_and_is_gone(v7: StandardSet, council: Council) -> None:
    draft, before = begun(council, v7), set_file.as_file(v7)
    wrote(council, draft, outline.SET, title=v7.title, in_force_from="2020-09-02")
    assert compare.differences(before, fresh(draft).spec) == []
    row = before["standards"][3]["sections"][0]["criteria"][1]
    wrote(
        council,
        draft,
        "standards.4.sections.1.criteria.2",
        title="Called otherwise",
        question=row["question"] + " Always?",
    )
    added(council, draft, "standards.1.sections.1.criteria", title="Pets", question="Who minds the dog?")
    retired(council, draft, "indicators.2")
    retired(council, draft, "standards.6.sections.1.criteria.1")
    first = len(before["standards"][4]["sections"][0]["criteria"])
    moved(council, draft, f"standards.5.sections.1.criteria.{first}", down=True)
    wrote(council, draft, "standards.7", title="Supervision, called otherwise")
    found = compare.differences(before, fresh(draft).spec)
    assert [(each.how, each.kind, each.code) for each in found] == [
        ("changed", "Standard", "7"),
        ("added", "Criterion", "1.9"),
        ("changed", "Criterion", "4.2"),
        ("moved", "Criterion", f"5.{first}"),
        ("gone", "Criterion", "6.1"),
        ("gone", "Headline indicator", "2"),
    ]
    changed = {label: (was, now) for label, was, now in found[2].words}
    assert changed["Title"] == (row["title"], "Called otherwise")
    asked = next(wording for wording in found[2].words if wording.label == "The question")
    assert asked.was_runs == [(row["question"], False)]
    assert asked.now_runs == [(row["question"], False), ("Always?", True)]


def test_what_was_graded_under_a_set_shows_it_for_ever(v7: StandardSet, council: Council) -> None:
    audit = open_audit(council)
    draft = dated(council, begun(council, v7), (NOW.date() + timedelta(days=1)).isoformat())
    wrote(
        council,
        draft,
        "standards.1",
        title="Our own first",
        short_title="Our own",
        statement="Ours.",
        applies_to=["CIN"],
    )
    published(council, draft)
    audit.refresh_from_db()
    assert audit.standard_set == v7
    assert standard_sets.in_force(NOW.date()) == v7
    assert standard_sets.in_force(NOW.date() + timedelta(days=1)).slug == "v8"


def test_the_file_of_a_draft_loads_by_the_command_elsewhere(
    v7: StandardSet, council: Council, tmp_path: object
) -> None:
    draft = dated(council, begun(council, v7), LATER)
    file = f"{tmp_path}/v8.json"
    with open(file, "wb") as out:  # noqa: PTH123
        out.write(set_file.as_bytes(fresh(draft).spec))
    call_command("load_standards", file)
    eighth = StandardSet.objects.get(slug="v8")
    assert set_file.as_file(eighth) == fresh(draft).spec
    assert Criterion.objects.filter(section__standard__standard_set=eighth).count() == 111
