"""The pages on which the council writes its own standards."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.access import SignedInRequest, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock, dates
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from standards import set_file, standard_sets
from standards.drafting import compare, drafts, outline, page
from standards.drafting.forms import CopySetForm, PartForm, SeenVersionForm, typed_before
from standards.models import SetDraft

form_methods = require_http_methods(["GET", "HEAD", "POST"])
keeps_standards = requires(Permission.WRITE_STANDARDS, Permission.PUBLISH_STANDARDS)


@keeps_standards
@form_methods
def standards_drafts(request: SignedInRequest) -> HttpResponse:
    """The sets and the drafts; the Head of QA begins one."""
    form, status = CopySetForm(typed(request)), 200
    if request.method == "POST":
        rule = partial(drafts.begin_draft, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(copy_of=form.cleaned_data["copy_of"]))
        if status == TAKEN:
            messages.success(request, "The draft is begun. Nobody is graded by it until it is published.")
            return redirect("standards-draft", drafts.all_drafts()[0].pk)
    context = {
        "form": form,
        "sets": page.sets_table(drafts.all_sets(), standard_sets.in_force(clock.today())),
        "drafts": page.drafts_table(drafts.all_drafts()),
        "can_write": drafts.can_write_standards(by=request.user),
    }
    return render(request, "standards/drafting/drafts.html", context, status=status)


@keeps_standards
@require_safe
def standards_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """One draft: its parts, what is wrong with it, and what was done to it."""
    draft = drafts.draft_or_404(pk)
    context = {
        "draft": draft,
        "lists": page.lists_of(draft),
        "faults": drafts.faults_of(draft, on=clock.today()) if draft.open else [],
        "can_write": draft.open and drafts.can_write_standards(by=request.user),
        "can_publish": drafts.can_publish_set(draft, by=request.user),
        "can_withdraw": drafts.can_withdraw_set(draft, by=request.user, on=clock.today()),
        "history": page.history_table(drafts.entries_of(draft)[:50]),
    }
    return render(request, "standards/drafting/draft.html", context)


def part_form(request: SignedInRequest, draft: SetDraft, place: str, *, new: bool = False) -> PartForm:
    """The form of a part as it stands, or as it was sent."""
    if new:
        kind, row = outline.list_or_404(draft.spec, place)[0], {}
    else:
        part = outline.part_or_404(draft.spec, place)
        kind, row = part.kind, part.row
    standards = [(str(each["number"]), f"{each['number']}. {each['short_title']}") for each in draft.spec["standards"]]
    shown = typed_before(row, kind) | {"version": draft.version}
    return PartForm(typed(request), kind=kind, standards=standards, initial=shown)


@keeps_standards
@form_methods
def standards_part(request: SignedInRequest, pk: int, place: str) -> HttpResponse:
    """One part: what is written of it, and of a standard what stands under it."""
    draft = drafts.draft_or_404(pk)
    form, status = part_form(request, draft, place), 200
    if request.method == "POST":
        rule = partial(drafts.write_part, draft, place=place, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(values=form.values(), version=form.cleaned_data["version"]))
        if status == TAKEN:
            messages.success(request, "Saved.")
            return redirect(page.address_of(draft, place))
    context = {
        "draft": draft,
        "form": form,
        "title": form.kind.word,
        "place": place,
        "back": page.address_of(draft, place),
        "under": page.list_under(draft, place),
        "can_write": draft.open and drafts.can_write_standards(by=request.user),
    }
    return render(request, "standards/drafting/part.html", context, status=status)


@requires(Permission.WRITE_STANDARDS)
@form_methods
def standards_part_add(request: SignedInRequest, pk: int, place: str) -> HttpResponse:
    """Add a part at the end of a list."""
    draft = drafts.draft_or_404(pk)
    form, status = part_form(request, draft, place, new=True), 200
    if request.method == "POST":
        rule = partial(drafts.add_part, draft, list_place=place, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(values=form.values(), version=form.cleaned_data["version"]))
        if status == TAKEN:
            messages.success(request, "Added, at the end of its list.")
            return redirect(page.address_of(draft, f"{place}.1"))
    context = {
        "draft": draft,
        "form": form,
        "title": f"Add: {form.kind.word.lower()}",
        "back": page.address_of(draft, f"{place}.1"),
        "can_write": draft.open,
    }
    return render(request, "standards/drafting/part.html", context, status=status)


def seen_version(request: SignedInRequest) -> tuple[int, bool]:
    """The version of the draft that the person saw (0 where none was sent), and whether a part goes down."""
    form = SeenVersionForm(request.POST)
    form.is_valid()
    return form.cleaned_data.get("version") or 0, form.cleaned_data.get("down", False)


@requires(Permission.WRITE_STANDARDS)
@require_POST
def standards_part_move(request: SignedInRequest, pk: int, place: str) -> HttpResponse:
    """Move a part by one."""
    draft = drafts.draft_or_404(pk)
    version, down = seen_version(request)
    moved = drafts.move_part(draft, place=place, down=down, version=version, by=request.user, at=clock.now())
    return redirect(f"{page.address_of(draft, moved)}#{moved}")


@requires(Permission.WRITE_STANDARDS)
@require_POST
def standards_part_retire(request: SignedInRequest, pk: int, place: str) -> HttpResponse:
    """Take a part out of the draft."""
    draft = drafts.draft_or_404(pk)
    version, _ = seen_version(request)
    drafts.retire_part(draft, place=place, version=version, by=request.user, at=clock.now())
    messages.success(request, "Taken out of this draft. The sets that are published keep it.")
    return redirect(page.address_of(draft, place))


@requires(Permission.WRITE_STANDARDS)
@require_POST
def standards_draft_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    version, _ = seen_version(request)
    drafts.drop_draft(drafts.draft_or_404(pk), version=version, by=request.user, at=clock.now())
    messages.success(request, "The draft is thrown away. Its history stays.")
    return redirect("standards-drafts")


@keeps_standards
@require_safe
def standards_compare(request: SignedInRequest, pk: int) -> HttpResponse:
    """A draft beside the set in force: what was added, changed, moved, and what is gone."""
    draft, present = drafts.draft_or_404(pk), standard_sets.in_force(clock.today())
    differing = compare.differences(set_file.as_file(present), set_file.whole(draft.spec))
    context = {"draft": draft, "present": present, "differences": differing, "counted": page.counted(differing)}
    return render(request, "standards/drafting/compare.html", context)


@keeps_standards
@require_safe
def standards_draft_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """A draft as the file that loads it."""
    return file_of(drafts.draft_or_404(pk).spec)


@keeps_standards
@require_safe
def standards_set_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """A set as the file that loads it."""
    return file_of(set_file.as_file(drafts.set_or_404(pk)))


def file_of(spec: outline.Spec) -> HttpResponse:
    """The file of a set, to keep."""
    disposition = f'attachment; filename="standards-{spec["slug"]}.json"'
    return HttpResponse(
        set_file.as_bytes(spec), content_type="application/json", headers={"Content-Disposition": disposition}
    )


@requires(Permission.PUBLISH_STANDARDS)
@confirmed_for(Role.HEAD_OF_QA, Role.QA_OFFICER, Role.ASSISTANT_DIRECTOR, to_read=False)
@require_POST
def standards_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Publish a draft."""
    version, _ = seen_version(request)
    published = drafts.publish_set(drafts.draft_or_404(pk), version=version, by=request.user, at=clock.now())
    messages.success(
        request, f"Published. Audits that begin from {dates.date_in_words(published.in_force_from)} on go by it."
    )
    return redirect("standards-draft", pk)


@keeps_standards
@require_POST
def standards_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back a published set whose day has not come."""
    drafts.withdraw_set(drafts.draft_or_404(pk), by=request.user, at=clock.now())
    messages.success(request, "Taken back. It is a draft again.")
    return redirect("standards-draft", pk)
