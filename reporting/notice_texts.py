"""What the notices of reports say: a class a kind of notice, with the template of its name in templates/notices/."""

from __future__ import annotations

from people.notice_texts import NoticeText
from reporting.models import FeedToken, PlanItem, Recommendation, Report


class AboutReport(NoticeText, abstract=True):
    """About one report; it opens its page, or that of its `route`."""

    report: Report
    route = "report"
    args = ("report.ref",)


class ReportIssued(AboutReport):
    """To its readers: a report is out."""


class ReportTellsGrades(AboutReport):
    """To a reader who sits on the panel on its month: it is out, and can give grades away that they have to give."""


class ReportInShort(AboutReport):
    """To everyone who works here: what the audits recommend, on one page."""

    route = "learning-report"


class ReportMoved(AboutReport):
    """To its authors and the Head of QA: an audit that it counts was regraded or set aside since it was issued."""


class ReportToCorrect(AboutReport):
    """To its readers: an audit that it counts was regraded or set aside, and what a correction would say."""


class ResponseAsked(AboutReport):
    """To the Assistant Director: the quarterly is complete only with their response, to so many recommendations."""

    recommendations: int
    route = "report-response"


class ResponseGiven(AboutReport):
    """To the readers, the QA Officers and the Principal Social Worker: the response is in. `recommendations`: how many
    it answers; `accepted`: how many of them are accepted, wholly or in part."""

    recommendations: int
    accepted: int


class PlanItemJoined(NoticeText):
    """To the owner: a further recommendation asks for what their item of the CQAWG action plan does."""

    item: PlanItem
    recommendation: Recommendation
    route = "plan-item"
    args = ("item.ref",)


class PlanItemGiven(NoticeText):
    """To the owner: an item of the CQAWG action plan is theirs."""

    item: PlanItem
    route = "plan-item"
    args = ("item.ref",)


class FeedTokenMade(NoticeText):
    """To the person in whose name it is: a token opens the figures of issued reports to a tool."""

    token: FeedToken
    route = "reports"
