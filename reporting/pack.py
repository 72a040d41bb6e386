"""The auditor's pack as a file to take to the meeting; what is in it comes from `audits.pack` (App. 2, before)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.template.loader import render_to_string

from audits import pack
from audits.models import Audit
from people.models import User
from reporting import pdf


def made(audit: Audit, *, by: User, on: date) -> bytes:
    """The pack of an audit as PDF/UA, made as it is asked for: it is never kept. Refused (403): not the auditor."""
    pack.check_auditors(audit, by=by)
    context = pack.auditors(audit) | {"on": on, "council_name": settings.COUNCIL_NAME}
    return pdf.render(render_to_string("reports/pack.html", context))
