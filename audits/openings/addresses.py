"""Which addresses open what: every address is declared here once, by the beginning of its route; the longest counts.

The reference of a record is made of what the declared beginning has in angle brackets. `tests/audits/openings/` walks
every address, and fails where one is not declared, or shows a child's record and is declared to show none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from audits.models import Opening

Kind = Opening.Kind
NOTHING = None
"""No child's record is shown there."""
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")

OPENS: Mapping[str, Kind | None] = {
    # The register and the draws
    "register/": Kind.LIST,
    "register/cases/<int:pk>/": Kind.CASE,
    "register/import/": NOTHING,
    "register/import/<int:pk>/": Kind.IMPORT,
    "programme/": NOTHING,
    "programme/<int:pk>/": Kind.ACTIVITY,
    "draws/": NOTHING,
    "draws/<slug:ref>/": Kind.DRAW,
    "draws/returns/": Kind.LIST,
    # Audits and what follows them
    "audits/": Kind.LIST,
    "audits/<slug:ref>/": Kind.AUDIT,
    "audits/<slug:ref>/meeting/live/events/": NOTHING,  # a number that counts up
    "month/": Kind.LIST,
    "calendar/": NOTHING,
    "say/": NOTHING,
    "views/": Kind.LIST,
    "views/<int:pk>/": Kind.VIEWING,
    "actions/": Kind.LIST,
    "actions/<slug:ref>/": Kind.ACTION,
    "actions/<slug:ref>/files/<int:pk>/": Kind.FILE,
    "family/": Kind.LIST,
    "family/<slug:ref>/": Kind.AUDIT,
    "family/questions/": NOTHING,
    "tell-us/": NOTHING,
    "concerns/": Kind.LIST,
    "escalations/": Kind.LIST,
    "escalations/<slug:ref>/": Kind.ESCALATION,
    "patterns/": Kind.LIST,
    "patterns/<slug:ref>/": Kind.LIST,
    "people/<int:pk>/hand-over/": Kind.LIST,
    # The panel
    "panel/": NOTHING,
    "panel/mine/": Kind.LIST,
    "panel/<slug:ref>/": Kind.PANEL,
    "panel/<slug:ref>/<slug:audit_ref>/": Kind.PANEL,
    "panel/calibration/": NOTHING,
    # Reports and what they are made of
    "reports/": NOTHING,
    "reports/year.zip": Kind.REPORT,
    "reports/<slug:ref>/": Kind.REPORT,
    "learning/": NOTHING,
    "learning/<slug:ref>/": Kind.REPORT,
    "themes/": Kind.LIST,
    "themes/vocabulary/": NOTHING,
    "themes/notes/<int:pk>/": Kind.NOTE,
    "themes/answers/<int:pk>/": Kind.NOTE,
    "themes/quotations/": Kind.LIST,
    "evidence/": Kind.LIST,
    "evidence/<int:pk>/": Kind.EVIDENCE,
    "evidence/<int:pk>/file/": Kind.FILE,
    "plan/": NOTHING,
    "needs/": NOTHING,
    "feed/": NOTHING,
    # The house
    "find/": Kind.LIST,
    "history/": Kind.LIST,
    "openings/": NOTHING,
    "disposals/": Kind.LIST,
    "subject-access/": Kind.LIST,
    **dict.fromkeys(("people/", "settings/", "away/", "notices/", "accounts/", "standards/"), NOTHING),
    **dict.fromkeys(
        ("start/", "help/", "accessibility/", "privacy/", "gallery/", "brand.css", "health/", "metrics"), NOTHING
    ),
}
"""What each address opens, by the beginning of its route."""
BY_THE_HOUR = ("audits/<slug:ref>/meeting/",)
"""Addresses that people have open for hours and load again and again: an opening there counts once an hour."""
EXACT: Mapping[str, Kind | None] = {"": NOTHING}
"""Routes that are the beginning of every other: My work, which has one's own work by its references."""


@cache
def declared(route: str) -> str | None:
    """The longest declared beginning of a route; None where nobody has said what it opens."""
    if route in EXACT:
        return route
    return max((start for start in OPENS if route.startswith(start)), key=len, default=None)


@cache
def opens(route: str) -> tuple[Kind, tuple[str, ...]] | None:
    """What a route opens, and the names of the parts of its address that say which; None for no child's record.

    A route that nobody declared counts as a list, so that it is written down rather than missed.
    """
    start = declared(route)
    if start is None:
        return Kind.LIST, ()
    kind = EXACT[start] if start in EXACT else OPENS[start]
    return None if kind is None else (kind, tuple(PARAMETER.findall(start)))


@cache
def is_by_the_hour(route: str) -> bool:
    """Whether openings of a route count once an hour: lists, and what stays open for hours."""
    opened = opens(route)
    return route.startswith(BY_THE_HOUR) or (opened is not None and opened[0] == Kind.LIST)
