"""What the notices of the programme say: a year to agree to, and who writes down what a partner agency found."""

from __future__ import annotations

from audits.models import Activity, Agreement
from people.models import User
from people.notice_texts import NoticeText


class AboutProgramme(NoticeText, abstract=True):
    """About one year's programme and a manager's agreement to it; `year` is the year in words."""

    agreement: Agreement
    year: str
    by: User
    route = "programme"
    query = {"year": "agreement.year"}


class ProgrammeToAgree(AboutProgramme):
    """To a manager: read the year's programme and agree to it."""


class ProgrammeAgreed(AboutProgramme):
    """To whoever asked: a manager has agreed to the year's programme."""


class ContributorNamed(NoticeText):
    """To whoever is named for a partner agency: they write down what it found, case by case."""

    activity: Activity
    agency: str
    by: User
    route = "programme-activity"
    args = ("activity.pk",)
