"""From a draft to a set that audits are graded by: sent by its writer, published by a second person (ADR 0045).

A published set never changes: it is withdrawn while no audit has it and its day has not come, or replaced.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import router
from django.db.models import ProtectedError, QuerySet
from django.db.models.deletion import Collector

from people import access, trail
from people.directory import holders
from people.models import User
from people.notices import notify
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, allows
from standards import set_file, standard_sets
from standards.drafting.drafts import check_write_standards, lock_draft
from standards.models import SetDraft, StandardSet, Tool
from standards.notice_texts import SetPublished, SetSentBack, SetToPublish, ToolPublished
from standards.set_faults import day_in_file, set_faults
from standards.tool_file import create_tool
from standards.tools import tool_faults

PUBLISHERS = (Role.HEAD_OF_QA, Role.QA_OFFICER, Role.ASSISTANT_DIRECTOR)
"""Who may publish a set, if they wrote none of it."""
TOOL_STAYS = "An activity has this tool already, so it stays. Publish another as a copy."


def faults_of(draft: SetDraft, *, on: date) -> list[str]:
    """All that keeps a draft from being published on a day, every fault in a sentence: the rules of the loader, and
    that it begins after that day; of a tool, those of its questions."""
    if draft.is_tool:
        taken = Tool.objects.filter(slug=draft.spec["slug"]).exists()
        return tool_faults(draft.spec) + ([f"Another tool is called “{draft.spec['slug']}” in short."] if taken else [])
    begins = day_in_file(draft.spec["in_force_from"])
    faults = [fault for fault in set_faults(draft.spec) if begins or "in_force_from" not in fault]
    if begins is None:
        faults.insert(0, "It has no day from which it is in force. Give it one.")
    elif begins <= on:
        faults.insert(0, "It must come into force after the day on which it is published. Give it a later day.")
    if StandardSet.objects.filter(slug=draft.spec["slug"]).exists():
        faults.append(f"Another set has the short name “{draft.spec['slug']}”. Give this one its own.")
    return faults


def check_publish_set(draft: SetDraft, *, by: User) -> None:
    """Refuse whoever may not publish it, or wrote in it (`NotAllowed`, 403)."""
    access.check(by, Permission.PUBLISH_STANDARDS)
    if draft.writers.filter(pk=by.pk).exists():
        raise NotAllowed(
            "You wrote in this draft, so somebody else publishes it: the QA Officer or the Assistant Director."
        )


def can_publish_set(draft: SetDraft, *, by: User) -> bool:
    """Whether the person may publish this draft or send it back."""
    return draft.open and draft.sent_at is not None and allows(check_publish_set, draft, by=by)


def drafts_to_publish(user: User) -> QuerySet[SetDraft]:
    """The drafts that were sent to be published and that this person may publish: those they wrote nothing in."""
    if not access.may(user, Permission.PUBLISH_STANDARDS):
        return SetDraft.objects.none()
    sent = SetDraft.objects.filter(sent_at__isnull=False, published_at=None, dropped_at=None)
    return sent.exclude(pk__in=SetDraft.objects.filter(writers=user).values("pk")).select_related("sent_by")


def sent_to(user: User) -> list[tuple[int, date, str, str, bool]]:
    """The drafts that wait for this person: the key of each, the day it was sent, by whom, its title, and whether it is
    a tool."""
    return [
        (draft.pk, day_of(draft.sent_at), str(draft.sent_by), str(draft), draft.is_tool)
        for draft in drafts_to_publish(user)
        if draft.sent_at
    ]


def send_draft(draft: SetDraft, *, version: int, by: User, at: datetime) -> None:
    """Send a draft to be published: those who may and wrote nothing in it are told. A change takes this back.

    Refuses whoever does not write the standards (403), a draft that is not open, was changed since or is sent already
    (409), and (422) one that could not be published, with every fault named.
    """
    check_write_standards(by=by)
    with trail.acting(by=by, at=at) as act:
        locked = lock_draft(draft, version=version)
        if locked.sent_at:
            raise NotNow("It is sent already. Whoever publishes it finds it on their page My work.")
        if faults := faults_of(locked, on=day_of(at)):
            raise Refused(f"It was not sent. {' '.join(faults)}")
        locked.sent_at, locked.sent_by = at, by
        locked.save(update_fields=["sent_at", "sent_by"])
        act.add("standards.draft_sent", locked)
        publishers = holders(*PUBLISHERS, on=day_of(at)).exclude(pk__in=locked.writers.values("pk"))
        notify(to=publishers, text=SetToPublish(draft=locked, by=by), key=f"set-to-publish:{locked.pk}:{at:%s}", at=at)


def send_back(draft: SetDraft, *, why: str, version: int, by: User, at: datetime) -> None:
    """Send a draft back to its writer with what should change. Refuses as `publish_set` does, but for its faults."""
    check_publish_set(draft, by=by)
    with trail.acting(by=by, at=at) as act:
        locked = lock_sent(draft, version=version)
        text = SetSentBack(draft=locked, by=by)
        notify(to=[locked.sent_by], text=text, key=f"set-sent-back:{locked.pk}:{at:%s}", at=at)
        locked.sent_at = locked.sent_by = None
        locked.save(update_fields=["sent_at", "sent_by"])
        act.add("standards.draft_sent_back", locked, why=why)


def lock_sent(draft: SetDraft, *, version: int) -> SetDraft:
    """Lock a draft. Refuses as `lock_draft` does, and one that its writer did not send to be published (409)."""
    locked = lock_draft(draft, version=version)
    if locked.sent_at is None:
        raise NotNow("Its writer has not sent it to be published, or took it back to change it.")
    return locked


def publish_set(draft: SetDraft, *, version: int, by: User, at: datetime) -> StandardSet:
    """Publish a draft: load it by the loader's own rules. It is in force from its day.

    Refuses whoever may not or wrote in it (403), a draft that is not open, was not sent or was changed since (409), and
    (422) one that the loader would refuse or whose day has come, with every fault named.
    """
    check_publish_set(draft, by=by)
    with trail.acting(by=by, at=at) as act:
        locked = lock_to_publish(draft, version=version, on=day_of(at))
        published, _ = standard_sets.load(set_file.as_bytes(locked.spec))
        locked.published_as, locked.published_at, locked.published_by = published, at, by
        locked.save(update_fields=["spec", "published_as", "published_at", "published_by"])
        act.add("standards.published", locked, content={"slug": published.slug, "file_hash": published.file_hash})
        text = SetPublished(draft=locked, by=by, begins=published.in_force_from)
        notify(to=[locked.sent_by], text=text, key=f"set-published:{locked.pk}:{at:%s}", at=at)
    return published


def lock_to_publish(draft: SetDraft, *, version: int, on: date) -> SetDraft:
    """Lock a draft that was sent, with the day in it on which it is published. Refuses as `lock_sent` does, and (422)
    one with faults, every one named."""
    locked = lock_sent(draft, version=version)
    if faults := faults_of(locked, on=on):
        raise Refused(f"It was not published. {' '.join(faults)}")
    locked.spec["published_on"] = on.isoformat()
    return locked


def publish_tool(draft: SetDraft, *, version: int, by: User, at: datetime) -> Tool:
    """Publish a draft of a tool: from now on activities may be planned with it. Refuses as `publish_set` does."""
    check_publish_set(draft, by=by)
    with trail.acting(by=by, at=at) as act:
        locked = lock_to_publish(draft, version=version, on=day_of(at))
        tool = create_tool(locked.spec)
        locked.published_tool, locked.published_at, locked.published_by = tool, at, by
        locked.save(update_fields=["spec", "published_tool", "published_at", "published_by"])
        act.add("standards.published", locked, content={"slug": tool.slug, "file_hash": tool.file_hash})
        text = ToolPublished(draft=locked, by=by)
        notify(to=[locked.sent_by], text=text, key=f"set-published:{locked.pk}:{at:%s}", at=at)
    return tool


def withdraw_tool(draft: SetDraft, *, by: User, at: datetime) -> SetDraft:
    """Take back a published tool that no activity has: it is a draft again.

    Refuses whoever neither writes nor publishes standards (403), and what is not published or an activity has (409).
    """
    with trail.acting(by=by, at=at) as act:
        locked = SetDraft.objects.select_for_update().get(pk=draft.pk)
        tool = check_withdraw_tool(locked, by=by)
        act.add("standards.withdrawn", locked, content={"slug": tool.slug, "file_hash": tool.file_hash})
        unpublish(locked, tool, used=TOOL_STAYS)
    return locked


def check_withdraw_tool(draft: SetDraft, *, by: User) -> Tool:
    """The tool it was published as. Refuses whoever neither writes nor publishes standards (403), and what is not
    published or an activity has (409)."""
    check_takes_back(by=by)
    if draft.published_tool is None:
        raise NotNow("This draft is not published.")
    if is_used(draft.published_tool):
        raise NotNow(TOOL_STAYS)
    return draft.published_tool


def is_used(tool: Tool) -> bool:
    """Whether anything keeps a tool from going; what has it lies to the right, so the models' own rules are asked."""
    try:
        Collector(router.db_for_write(Tool)).collect([tool])
    except ProtectedError:
        return True
    return False


def unpublish(draft: SetDraft, published: StandardSet | Tool, *, used: str) -> None:
    """Make a draft of what was published, which goes. Refuses (409, `used`) where something has it."""
    draft.published_as = draft.published_tool = None
    draft.published_at = draft.published_by = draft.sent_at = draft.sent_by = None
    fields = ("published_as", "published_tool", "published_at", "published_by", "sent_at", "sent_by")
    draft.save(update_fields=fields)
    try:
        published.delete()
    except ProtectedError as refused:
        raise NotNow(used) from refused


def withdraw_set(draft: SetDraft, *, by: User, at: datetime) -> SetDraft:
    """Take back a published set whose day has not come: it is a draft again.

    Refuses whoever neither writes nor publishes standards (403), and a set that is in force or that an audit has (409).
    """
    with trail.acting(by=by, at=at) as act:
        locked = SetDraft.objects.select_for_update().get(pk=draft.pk)
        published = check_withdraw_set(locked, by=by, on=day_of(at))
        act.add("standards.withdrawn", locked, content={"slug": published.slug, "file_hash": published.file_hash})
        unpublish(
            locked, published, used="An audit is graded by this set already, so it stays. Write another to follow it."
        )
    return locked


def check_withdraw_set(draft: SetDraft, *, by: User, on: date) -> StandardSet:
    """The set it was published as. Refuses whoever neither writes nor publishes standards (403), and what is not
    published or is in force (409)."""
    check_takes_back(by=by)
    if draft.published_as is None:
        raise NotNow("This draft is not published.")
    if draft.published_as.in_force_from <= on:
        raise NotNow("This set is in force, so it stays. Write another to follow it.")
    return draft.published_as


def check_takes_back(*, by: User) -> None:
    """Refuse (`NotAllowed`, 403) whoever neither writes nor publishes standards."""
    if not (access.may(by, Permission.WRITE_STANDARDS) or access.may(by, Permission.PUBLISH_STANDARDS)):
        raise NotAllowed("The Head of QA and whoever publishes standards take one back.")


def can_withdraw_set(draft: SetDraft, *, by: User, on: date) -> bool:
    """Whether the person may take it back today."""
    if draft.is_tool:
        return allows(check_withdraw_tool, draft, by=by)
    return allows(check_withdraw_set, draft, by=by, on=on)
