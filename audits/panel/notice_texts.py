"""What the notices of the panel say: a class a kind of notice, with the template of its name in templates/notices/."""

from __future__ import annotations

from audits.models import Exercise, Panel, PanelAction
from audits.notice_texts import AboutAction, AboutAudit
from people.notice_texts import NoticeText


class AboutPanel(NoticeText, abstract=True):
    """About one validation panel; it opens its page."""

    panel: Panel
    route = "panel"
    args = ("panel.ref",)


class ActionAddedByPanel(AboutAction):
    """To the owner: the validation panel has added an action."""


class ReviewDecided(AboutAudit):
    """To those whom it concerns: the panel has decided on an audit. `changed`: it changed a grade."""

    changed: bool


class ReviewDecidedForAuditor(AboutAudit):
    """To the auditor: the panel has decided on their audit, and what it says to them is on the page of their audits."""

    changed: bool
    route = "panel-mine"
    args = ()


class PanelActionAsked(AboutPanel):
    """To one of the QA Team: a panel asks something of them."""

    action: PanelAction


class MinutesClosed(AboutPanel):
    """To the members: the minutes of their panel stand."""


class CalibrationOpened(NoticeText):
    """To everyone who audits or sits on panels: one invented case to grade alone."""

    exercise: Exercise
    route = "calibration-one"
    args = ("exercise.ref",)
