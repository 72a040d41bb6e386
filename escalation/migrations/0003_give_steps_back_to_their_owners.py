import json
from datetime import UTC

from django.db import migrations

from people import trail
from qualitycounts.base import clock

WHY = "It was given to the auditor of the re-audit by mistake, and is given back."
GIVES = ("step.handed_over", "step.handed_back", "step.opened", "step.to_decide", "step.re_audit_begun")


def give_back(apps, schema_editor):
    """Put right the owners that the sweep overwrote with a re-audit's auditor.

    It was to hand over the open re-audit step alone, and handed over every step of every escalation of the first
    audit: finished ones, and those of a safeguarding concern. Each change is in the trail, so what stood before is
    read from there. Nothing happens where there is no such entry, and a second run finds nothing to put right.
    """
    steps = apps.get_model("escalation", "Step").objects
    entries = {}
    for entry in apps.get_model("people", "TrailEntry").objects.filter(kind="step").order_by("seq").iterator():
        if by_mistake(entry) or entry.ref in entries:
            entries.setdefault(entry.ref, []).append(entry)
    given_back = []
    for ref, history in entries.items():
        escalation, _, slug = ref.partition("/")
        step = steps.filter(escalation__ref=escalation, slug=slug).first()
        wrong, right = owners_of(history)
        if step is None or right is None or wrong != step.owner_id or wrong == right:
            continue
        if not apps.get_model("people", "User").objects.filter(pk=right).exists():
            continue
        step.owner_id = right
        step.save(update_fields=["owner"])
        given_back.append(entry_of(apps, ref, step.state, wrong, right))
    if given_back:
        trail.chain(given_back)


def by_mistake(entry):
    """Whether the sweep handed over a step that was not the open one of a re-audit."""
    swept = entry.act == "step.handed_over" and entry.by_id is None and entry.content is not None
    return swept and not (entry.ref.endswith("/re_audit") and entry.was == "open")


def owners_of(history):
    """Who has the step by mistake, and whose it was before; (None, None) once it was given to somebody on purpose."""
    wrong = right = None
    for entry in history:
        content = json.loads(entry.content) if entry.content is not None else None
        if by_mistake(entry):
            wrong, right = content["owner"], content["was"] if wrong is None else right
        elif gives_an_owner(entry, content):
            wrong = right = None
    return wrong, right


def gives_an_owner(entry, content):
    """Whether somebody, or the ladder itself, gave the step an owner: `step.reopened` only after a voided re-audit."""
    if entry.act in GIVES:
        return True
    return entry.act == "step.reopened" and not isinstance(content, dict)


def entry_of(apps, ref, state, wrong, right):
    """The trail's entry of one step that is given back, by the system."""
    content = trail.canonical({"was": wrong, "owner": right})
    return apps.get_model("people", "TrailEntry")(
        at=clock.now().astimezone(UTC),
        by=None,
        act="step.handed_back",
        kind="step",
        ref=ref,
        was=state,
        now=state,
        why=WHY,
        why_hash=trail.digest(WHY),
        content=content,
        content_hash=trail.digest(content),
    )


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0002_pattern_activity'),
        ('people', '0002_in_place_of'),
    ]

    operations = [
        migrations.RunPython(give_back, migrations.RunPython.noop),
    ]
