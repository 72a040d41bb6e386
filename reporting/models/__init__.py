"""The records of reporting, by the part of the work they belong to."""

from reporting.models.evidence import Evidence
from reporting.models.feed import FeedToken
from reporting.models.plan import Need, PlanItem, PlanUpdate
from reporting.models.recommendation import Recommendation
from reporting.models.report import FROZEN, OPEN, OUT, Edition, Report, ReportQuerySet
from reporting.models.theme import Quotation, Tag, Theme

__all__ = [
    "FROZEN",
    "OPEN",
    "OUT",
    "Edition",
    "Evidence",
    "FeedToken",
    "Need",
    "PlanItem",
    "PlanUpdate",
    "Quotation",
    "Recommendation",
    "Report",
    "ReportQuerySet",
    "Tag",
    "Theme",
]
