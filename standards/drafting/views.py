"""The pages on which the council writes its own standards."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.access import SignedInRequest, requires
from people.roles import Permission
from people.step_up import confirmed_for
from qualitycounts.base import clock, dates
from qualitycounts.base.form_attempt import TAKEN, attempt, sent, typed
from standards import set_file, standard_sets, tool_file, tools
from standards.drafting import compare, drafts, history, outline, page, publishing, ready_made
from standards.drafting.forms import BeginToolForm, CopySetForm, PartForm, SeenVersionForm, SendBackForm, typed_before
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
            return redirect("standards-draft", drafts.drafts_of(tools=False)[0].pk)
    context = {
        "form": form,
        "sets": page.sets_table(drafts.all_sets(), standard_sets.in_force(clock.today())),
        "drafts": page.drafts_table(drafts.drafts_of(tools=False)),
        "can_write": drafts.can_write_standards(by=request.user),
    }
    return render(request, "standards/drafting/drafts.html", context, status=status)


@keeps_standards
@form_methods
def standards_tools(request: SignedInRequest) -> HttpResponse:
    """The tools for a theme and their drafts; the Head of QA begins one."""
    form, status = BeginToolForm(typed(request), on=clock.today()), 200
    if request.method == "POST":
        rule = partial(drafts.begin_tool, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "The draft is begun. No activity has it until it is published.")
            return redirect("standards-draft", drafts.drafts_of(tools=True)[0].pk)
    context = {
        "form": form,
        "tools": page.tools_table(tools.published_tools().select_related("draft")),
        "drafts": page.drafts_table(drafts.drafts_of(tools=True).filter(published_at=None)),
        "can_write": drafts.can_write_standards(by=request.user),
    }
    return render(request, "standards/drafting/tools.html", context, status=status)


@keeps_standards
@require_safe
def standards_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """One draft: its parts, what is wrong with it, and what was done to it."""
    draft = drafts.draft_or_404(pk)
    return _draft(request, draft, SendBackForm(initial={"version": draft.version}))


def _draft(request: SignedInRequest, draft: SetDraft, form: SendBackForm, *, status: int = 200) -> HttpResponse:
    context = {
        "draft": draft,
        "form": form,
        "lists": page.lists_of(draft),
        "faults": publishing.faults_of(draft, on=clock.today()) if draft.open else [],
        "can_write": draft.open and drafts.can_write_standards(by=request.user),
        "can_publish": publishing.can_publish_set(draft, by=request.user),
        "can_withdraw": publishing.can_withdraw_set(draft, by=request.user, on=clock.today()),
        "history": history.past_acts(drafts.entries_of(draft)[:50], draft.spec),
    }
    return render(request, "standards/drafting/draft.html", context, status=status)


def part_form(request: SignedInRequest, draft: SetDraft, place: str, *, new: bool = False) -> PartForm:
    """The form of a part as it stands, or as it was sent."""
    if new:
        kind = outline.list_or_404(draft.spec, place)[0]
        row = ready_made.ready_made(request.GET.get("ready", ""), place)
    else:
        part = outline.part_or_404(draft.spec, place)
        kind, row = part.kind, part.row
    shown = typed_before(row, kind) | {"version": draft.version}
    return PartForm(typed(request), kind=kind, spec=draft.spec, new=new, initial=shown)


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
        "title": outline.called(draft.spec, place),
        "place": place,
        "kind": form.kind,
        "back": page.address_of(draft, place),
        "back_words": page.words_above(draft, place),
        "words": history.words_at(draft.spec, place),
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
        "title": f"Add a {form.kind.one}",
        "under_what": page.holder_of(draft, place),
        "offered": ready_made.offered(draft.spec, place),
        "kind": form.kind,
        "back": page.address_of(draft, f"{place}.1"),
        "back_words": page.words_above(draft, f"{place}.1"),
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
    draft, present = drafts.set_draft_or_404(pk), standard_sets.in_force(clock.today())
    differing = compare.differences(set_file.as_file(present), set_file.whole(draft.spec))
    context = {
        "draft": draft,
        "present": present,
        "differences": page.by_how(differing),
        "counted": page.counted(differing),
    }
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


@keeps_standards
@require_safe
def standards_tool_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """A published tool as the file that loads it."""
    return file_of(tool_file.tool_as_file(drafts.tool_or_404(pk)))


def file_of(spec: outline.Spec) -> HttpResponse:
    """The file of a set, to keep."""
    kind = "tool" if "questions" in spec else "standards"
    disposition = f'attachment; filename="{kind}-{spec["slug"]}.json"'
    return HttpResponse(
        set_file.as_bytes(spec), content_type="application/json", headers={"Content-Disposition": disposition}
    )


@requires(Permission.WRITE_STANDARDS)
@require_POST
def standards_send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a draft to be published."""
    version, _ = seen_version(request)
    publishing.send_draft(drafts.draft_or_404(pk), version=version, by=request.user, at=clock.now())
    messages.success(request, "Sent. Whoever may publish it is told, and finds it on their page My work.")
    return redirect("standards-draft", pk)


@requires(Permission.PUBLISH_STANDARDS)
@require_POST
def standards_send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a draft back to its writer, with what should change."""
    draft, form = drafts.draft_or_404(pk), SendBackForm(typed(request))
    rule = partial(publishing.send_back, draft, by=request.user, at=clock.now())
    again = partial(_draft, request, draft, form)
    return sent(request, form, rule, again=again, said="Sent back.", to=("standards-draft", str(pk)))


@requires(Permission.PUBLISH_STANDARDS)
@confirmed_for(*publishing.PUBLISHERS, to_read=False)
@require_POST
def standards_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Publish a draft."""
    version, _ = seen_version(request)
    draft = drafts.draft_or_404(pk)
    if draft.is_tool:
        publishing.publish_tool(draft, version=version, by=request.user, at=clock.now())
        said = "Published. An activity of the programme can be planned with it now."
    else:
        published = publishing.publish_set(draft, version=version, by=request.user, at=clock.now())
        said = f"Published. Audits that begin from {dates.date_in_words(published.in_force_from)} on go by it."
    messages.success(request, said)
    return redirect("standards-draft", pk)


@keeps_standards
@require_POST
def standards_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back a published set whose day has not come, or a tool that no activity has."""
    draft = drafts.draft_or_404(pk)
    withdraw = publishing.withdraw_tool if draft.is_tool else publishing.withdraw_set
    withdraw(draft, by=request.user, at=clock.now())
    messages.success(request, "Taken back. It is a draft again.")
    return redirect("standards-draft", pk)
