"""How sure the grades are: what the validation panel made of them in the period (strategy 7)."""

from __future__ import annotations

from typing import Any

from audits import panel_figures, panel_minutes
from reporting.figures.base import Figure, Window

NAMES = {
    "exact": "The same grade as was signed",
    "within_one": "Within one grade of it",
    "lower": "The panel lower",
    "higher": "The panel higher",
}
DECIDED = "Audits that the panel decided on in the period, by UK date."


def moderation(window: Window) -> dict[str, Any]:
    """The panel's blind grades of whole cases beside those that were signed, as the panel itself counts them, with the
    period before beside them, and its messages for everyone: five queries."""
    period = window.period
    before, now = panel_figures.drift(period.previous.first, period.first, period.next.first)
    kappa = now.found.kappa
    said = panel_figures.DEFINITIONS
    return {
        "decided": Figure("Decided by the panel", DECIDED, now.decided, None, before.decided),
        "regraded": Figure("Regraded", said["regraded"], now.regraded, now.decided, before.regraded, before.decided),
        "agreement": [
            Figure(name, said[key], getattr(now.found, key), now.found.n, getattr(before.found, key), before.found.n)
            for key, name in NAMES.items()
        ],
        "messages": [one.text for one in panel_minutes.panel_messages(period.first, period.next.first)],
        "kappa": round(kappa.value, 2) if kappa else None,
        "kappa_words": str(kappa) if kappa else "",
        "kappa_definition": said["kappa"],
    }
