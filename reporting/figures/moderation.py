"""How sure the grades are: what the validation panel made of them in the period (strategy 7)."""

from __future__ import annotations

from typing import Any

from audits import panel_figures, panel_minutes
from audits.panel_agreement import Kappa
from reporting.figures.base import Figure, Window

NAMES = {
    "exact": "The same grade as was signed",
    "within_one": "Within one grade of it",
    "lower": "The panel lower",
    "higher": "The panel higher",
}
DECIDED = "Audits that the panel decided on in the period, by UK date."


def moderation(window: Window) -> dict[str, Any]:
    """The panel's blind grades of whole cases beside those that were signed, as the panel itself counts them, and
    its messages for everyone: five queries."""
    period = window.period
    found = panel_figures.drift(period.first, period.next.first)
    pairs, kappa = found["found"], found["found"]["kappa"]
    whole = pairs["n"]
    return {
        "decided": Figure("Decided by the panel", DECIDED, found["decided"]),
        "regraded": Figure("Regraded", panel_figures.DEFINITIONS["regraded"], found["regraded"], found["decided"]),
        "agreement": [Figure(name, panel_figures.DEFINITIONS[key], pairs[key], whole) for key, name in NAMES.items()],
        "messages": [one.text for one in panel_minutes.panel_messages(period.first, period.next.first)],
        "kappa": round(kappa["value"], 2) if kappa else None,
        "kappa_words": str(Kappa(**kappa)) if kappa else "",
        "kappa_definition": panel_figures.DEFINITIONS["kappa"],
    }
