"""The guide: what good looks like, for everyone who signs in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.access import SignedInRequest, may, requires
from people.roles import Permission
from qualitycounts.base import clock
from standards import guide, professional
from standards.standard_sets import in_force


@requires(Permission.READ_STANDARDS)
@require_safe
def contents(request: SignedInRequest) -> HttpResponse:
    """The standards by name, the headline indicators, the grades, the SMART questions and the themes."""
    now = guide.front(clock.today())
    context = {
        "guide": now,
        "standards": guide.standards_of(now),
        "themes": guide.themes(now),
        "keeps": may(request.user, Permission.WRITE_STANDARDS) or may(request.user, Permission.PUBLISH_STANDARDS),
    }
    return render(request, "standards/guide.html", context)


@requires(Permission.READ_STANDARDS)
@require_safe
def standard(request: SignedInRequest, number: int) -> HttpResponse:
    """One standard, point by point."""
    now = in_force(clock.today())
    chosen = guide.standard_or_404(now, number)
    context = {
        "guide": now,
        "standard": chosen,
        "standards": now.standards.all(),
        "intervals": guide.intervals_of(chosen),
    }
    return render(request, "standards/standard.html", context)


@requires(Permission.READ_STANDARDS)
@require_safe
def theme(request: SignedInRequest, slug: str) -> HttpResponse:
    """The points of every standard that share a theme."""
    now = in_force(clock.today())
    chosen, points = guide.theme_or_404(now, slug)
    return render(request, "standards/theme.html", {"guide": now, "theme": chosen, "points": points})


@requires(Permission.READ_STANDARDS)
@require_safe
def guide_whole(request: SignedInRequest) -> HttpResponse:
    """Show the whole guide on one page, to print."""
    now = guide.front(clock.today())
    return render(request, "standards/whole.html", {"guide": now, "standards": guide.whole_guide(now)})


@requires(Permission.READ_STANDARDS)
@require_safe
def professional_standards(request: SignedInRequest) -> HttpResponse:
    """Show Social Work England's professional standards in short, beside the guide."""
    context = {"standards": professional.PROFESSIONAL_STANDARDS, "source": professional.SOURCE}
    return render(request, "standards/professional.html", context)
