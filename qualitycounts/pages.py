"""Pages that belong to no app: help, the statements, and what is said when a page fails."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control

from people import council_identity
from people.access import public
from qualitycounts import documents, flow_charts


@public
def help_page(request: HttpRequest) -> HttpResponse:
    """How to use it, for each part of the work."""
    return render(request, "pages/help.html")


@public
def flow(request: HttpRequest) -> HttpResponse:
    """Draw the way of an audit, and of each escalation, from the tables of states and steps."""
    context = {"audit": flow_charts.audit_chart(), "escalations": flow_charts.escalation_charts()}
    return render(request, "pages/flow.html", context)


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "pages/accessibility.html", {"contact": council_identity.ACCESS_CONTACT.value()})


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice, with the documents behind it."""
    return render(request, "pages/privacy.html", {"documents": documents.DOCUMENTS})


@public
def privacy_document(request: HttpRequest, slug: str) -> HttpResponse:
    """One of the documents behind the privacy notice."""
    document = documents.document_or_404(slug)
    return render(request, "pages/document.html", {"title": documents.DOCUMENTS[slug], "document": document})


@public
@cache_control(max_age=3600)
def brand(request: HttpRequest) -> HttpResponse:
    """The council's colour as a style sheet of one line, since pages may carry no style of their own."""
    colour = council_identity.COLOUR.value()
    sheet = f":root{{--qc-brand:{colour};--qc-brand-ink:{ink_on(colour)}}}\n"
    return HttpResponse(sheet, content_type="text/css")


def ink_on(colour: str) -> str:
    """White or black, whichever reads better on the colour (WCAG's contrast formula)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"


def failed(request: HttpRequest, status: int, sentence: str = "") -> HttpResponse:
    """The page for a failure, or one line of it for a script."""
    template = f"errors/{status}.html"
    if request.headers.get("HX-Request"):
        template, sentence = "errors/refused_line.html", sentence or LINES[status]
    return render(request, template, {"sentence": sentence}, status=status)


LINES = {
    400: "That request could not be read. Load the page again and try once more.",
    403: "You may not do this. If you should, ask your manager or the QA team.",
    404: "There is nothing here any more. Load the page again.",
    429: "Too many requests in a short time. Wait 5 minutes, then try again.",
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return failed(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the sentence of whoever refused."""
    return failed(request, 403, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also for what is not this person's to see."""
    return failed(request, 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429."""
    return failed(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without a query: the database may be what failed."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is not the one of the present sign-in."""
    if request.headers.get("HX-Request"):
        sentence = "Not saved: this page has been open too long. Copy what you typed, load the page again and paste it."
        return render(request, "errors/refused_line.html", {"sentence": sentence}, status=403)
    return render(request, "errors/csrf.html", status=403)
