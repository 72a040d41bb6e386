"""The auditor's pack as a file for the meeting; what is in it comes from `audits.booking.pack` (App. 2, before)."""

from __future__ import annotations

from datetime import date

from django.template.loader import render_to_string

from audits.booking import pack
from audits.models import Audit
from people import council_identity
from people.models import User
from qualitycounts.base.dates import day_in_words, hour
from reporting import pdf


def auditor_pack_pdf(audit: Audit, *, by: User, on: date) -> bytes:
    """The pack of an audit as PDF/UA, made as it is asked for: it is never kept. Refused (403): not the auditor."""
    pack.check_auditors(audit, by=by)
    meets = f"{day_in_words(audit.meets)} at {hour(audit.meets)}, {audit.place}"
    context = pack.auditors(audit) | {"on": on, "meets": meets, "council_name": council_identity.NAME.value()}
    return pdf.render(render_to_string("reports/pack.html", context))
