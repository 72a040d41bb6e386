"""Files as evidence of an action: its owner adds them, who may open the action opens them, a wrong one is taken out."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404

from audits.follow_up.acting_as import as_owner, as_themselves, checks_for_qa, owns
from audits.follow_up.actions import Check, check_live, locked_action
from audits.models import Action, ActionFile
from people import files
from people.models import User
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused

MOST_FILES = 10
"""Files of one action."""


def attachments_of(action: Action) -> QuerySet[ActionFile]:
    """The files of an action, the ones taken out among them."""
    return action.files.select_related("file__stored_by", "file__removed_by")


def file_or_404(action: Action, pk: int) -> ActionFile:
    """One file of an action that the person has been let in to."""
    action_file = attachments_of(action).filter(pk=pk).first()
    if action_file is None:
        raise Http404
    action_file.action = action
    return action_file


def check_attach(action: Action, *, by: User, on: date) -> None:
    """The owner alone (403), until it is checked (409)."""
    if not owns(action, by):
        raise NotAllowed(f"{action.owner or 'Nobody at present'} owns this action. Only its owner adds evidence.")
    check_live(action)
    if action.state not in Action.UNFINISHED:
        raise NotNow(f"Action {action.ref} is {action.get_state_display().lower()}, so its evidence stays as it is.")


def attach(action: Action, *, by: User, at: datetime, file: UploadedFile[bytes] | None, version: int) -> Action:
    """Add a file to an action's evidence, as its owner.

    Refused: not the owner (403), checked already (409), no file, ten files already, or one that `people.files` does not
    keep (413, 422).
    """
    with locked_action(action, check_attach, as_owner, by=by, at=at, version=version) as (fresh, act):
        if file is None:
            raise Refused("Choose the file to add.", "file")
        if fresh.files.filter(file__removed_at=None).count() >= MOST_FILES:
            raise Refused(f"An action takes {MOST_FILES} files. Take one out first, or send them as one PDF.", "file")
        kept = files.store(file, by=by, at=at)
        ActionFile.objects.create(action=fresh, file=kept)
        act.add("action.file_added", fresh, was=fresh.state, now=fresh.state, content={"file": kept.pk})
    return fresh


def check_remove_attachment(action_file: ActionFile, *, by: User) -> None:
    """Its owner until it is checked, and the QA Team at any time (403): a wrong child's paper never has to stay."""
    if checks_for_qa(by):
        return
    if not owns(action_file.action, by):
        raise NotAllowed("The owner of the action or the QA Officer takes a file out. Ask them.")
    if action_file.action.state == Action.State.VERIFIED:
        raise NotNow("The action is checked. Ask the QA Officer to take the file out.")


def take_out_now(action_file: ActionFile, _: Action, *, by: User, on: date) -> None:
    """As `check_remove_attachment`, of an action that is locked."""
    check_remove_attachment(action_file, by=by)


def remove_attachment(action_file: ActionFile, *, by: User, at: datetime, why: str, version: int) -> ActionFile:
    """Take a file out with a reason: its name and the reason stay, what was in it goes for good.

    Refused: neither owner nor QA (403), checked, or out already (409), no reason (422).
    """
    part = as_themselves if checks_for_qa(by) else as_owner
    check = partial(take_out_now, action_file)
    with locked_action(action_file.action, check, part, by=by, at=at, version=version) as (fresh, act):
        files.remove(action_file.file, by=by, at=at, why=why)
        act.add(
            "action.file_removed",
            fresh,
            was=fresh.state,
            now=fresh.state,
            why=why,
            content={"file": action_file.file_id},
        )
    return action_file


CHECKS: dict[str, Check] = {"attach": check_attach}
"""Adding a file, with what lets it happen."""
