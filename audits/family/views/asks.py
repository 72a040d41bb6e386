"""Naming who asks a family, asking them, and writing back."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.access import meeting_or_404
from audits.family import answers, asking, in_meeting, letter
from audits.family.forms import ConsentForm, LetterForm, NameAskerForm, RecordForm
from audits.family.page import ask_page, family_page
from audits.form_boxes import RECORD
from audits.meeting.steps import step_address
from audits.models import FamilyAsk
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed

form_methods = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE = 25


@requires(Permission.USE)
@require_safe
def family_asks(request: SignedInRequest) -> HttpResponse:
    """The families one is named to ask, and for QA all that are still to be asked."""
    page = Paginator(asking.asks_to_do(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "audits/family/asks.html", {"page": page})


@requires(Permission.SEE_AUDIT)
@form_methods
def family_of_audit(request: SignedInRequest, ref: str) -> HttpResponse:
    """What one audit's family said; the auditor and QA name who asks."""
    audit, on = asking.family_audit_or_404(request.user, ref), clock.today()
    form, status = NameAskerForm(typed(request), audit=audit, on=on), 200
    if request.method == "POST":
        rule = partial(asking.name_asker, audit, by=request.user, at=clock.now())
        asking.check_name_asker(audit, by=request.user)
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, f"{form.cleaned_data['asker'].name} is named, and told.")
            return redirect("family-audit", ref)
    context = family_page(audit, by=request.user, on=on) | {"form": form}
    return render(request, "audits/family/audit.html", context, status=status)


@requires(Permission.USE)
@form_methods
def family_ask(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """One person to be asked: whether they agree, and the ways to answer."""
    ask = asking.ask_or_404(request.user, ref, number)
    form, status = ConsentForm(typed(request)), 200
    if request.method == "POST":
        asking.check_say_consent(ask, by=request.user)
        rule = partial(asking.say_consent, ask, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            return redirect("family-ask", ref, number)
    return render_ask(request, ask, status=status, form=form)


@requires(Permission.USE)
@require_POST
@never_cache
def family_link(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Make the link, and show it this once."""
    ask = asking.ask_or_404(request.user, ref, number)
    token = answers.make_link(ask, by=request.user, at=clock.now())
    link = request.build_absolute_uri(reverse("family-form", args=[token]))
    return render_ask(request, asking.ask_or_404(request.user, ref, number), status=200, link=link)


def render_ask(request: SignedInRequest, ask: FamilyAsk, *, status: int, **more: object) -> HttpResponse:
    """The page of one asking."""
    context = {"form": ConsentForm()} | ask_page(ask, by=request.user, on=clock.today()) | more
    return render(request, "audits/family/ask.html", context, status=status)


@requires(Permission.USE)
@require_POST
def family_paper(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The questions on paper, to print."""
    ask = asking.ask_or_404(request.user, ref, number)
    marked = answers.mark_paper(ask, by=request.user, at=clock.now())
    return render(request, "audits/family/paper.html", {"ask": ask, "mark": marked.mark})


@requires(Permission.USE)
@form_methods
def family_record(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Write down what was said by telephone, on a visit or on paper."""
    ask = asking.ask_or_404(request.user, ref, number)
    answers.check_answering(ask, by=request.user)
    form, status = RecordForm(typed(request), answers=list(ask.answers.all())), 200
    if request.method == "POST":
        rule = partial(answers.record_answers, ask, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(way=form.cleaned_data["way"], answers=form.said()))
        if status == TAKEN:
            messages.success(request, "Written down. It is in both packs, and in the meeting beside its standards.")
            return redirect("family-ask", ref, number)
    return render(request, "audits/family/record.html", {"ask": ask, "form": form}, status=status)


@requires(Permission.USE)
@require_POST
def family_take_back(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """They take their consent back: what they said goes."""
    ask = asking.ask_or_404(request.user, ref, number)
    asking.take_back_consent(ask, by=request.user, at=clock.now())
    messages.success(request, "Their answers are gone. Change what was put into the record, if the meeting goes on.")
    return redirect("family-ask", ref, number)


@requires(Permission.SEE_AUDIT)
@form_methods
def family_letter(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Write back what we did about it."""
    asking.family_audit_or_404(request.user, ref)
    ask = asking.ask_or_404(request.user, ref, number)
    letter.check_write_letter(ask, by=request.user)
    kept = letter.letter_of(ask)
    form, status = LetterForm(typed(request), answers=letter.answers_to_pick(ask), letter=kept), 200
    if request.method == "POST":
        rule = partial(letter.write_letter, ask, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            return redirect("family-letter-print", ref, number)
    context = {"ask": ask, "form": form, "actions": letter.actions_done(ask), "kept": kept}
    return render(request, "audits/family/letter.html", context, status=status)


@requires(Permission.SEE_AUDIT)
@require_safe
def family_letter_print(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The letter, to print."""
    asking.family_audit_or_404(request.user, ref)
    ask = asking.ask_or_404(request.user, ref, number)
    kept = letter.letter_of(ask)
    if kept is None:
        raise Http404
    context = {"ask": ask, "letter": kept, "said": letter.said_back(ask, kept)}
    return render(request, "audits/family/letter_print.html", context)


@requires(Permission.TAKE_PART)
@require_POST
def family_box(request: SignedInRequest, ref: str) -> HttpResponse:
    """Put what the family said into the record's box, as a first text."""
    audit = meeting_or_404(request.user, ref)
    in_meeting.put_in_box(audit, by=request.user, at=clock.now())
    messages.success(request, "It is in the box. Read it through and change what you like.")
    return redirect(step_address(audit, RECORD))


@requires(Permission.TAKE_PART)
@require_POST
def family_action(request: SignedInRequest, ref: str) -> HttpResponse:
    """Put the asking into the plan."""
    audit = meeting_or_404(request.user, ref)
    action = in_meeting.add_ask_action(audit, by=request.user, at=clock.now())
    messages.success(request, f"Action {action.number} is in the plan: ask the family. Change it there if you like.")
    return redirect("audit-plan", ref)
