"""What one chair may see of a grade, and can do about it as it stands (lifecycle: Grades)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from audits.meeting.pace import NextAct, NextStep
from audits.meeting.proposal_views import View, third_view, views
from audits.meeting.seats import Seat
from audits.models import Chair, GradeInLine, Judgement, Proposal
from audits.record.clashes import Clash, digest
from qualitycounts.base.fields import with_plain_line_ends
from standards.grades import Grade, word_of

State = Judgement.State


@dataclass(frozen=True, slots=True)
class VisibleGrade(GradeInLine):
    """One of the grades as one chair may see it. `css` and `text` are its line among the steps; so many of its
    points are `marked`, of those `asked` of this child. `standing` is what does not sit with it once it is settled.
    `marks_open`: this chair may see what the other marked before the meeting; `opened_early`: while not both proposed.
    """

    number: int
    title: str
    state: str
    next_step: NextStep
    css: str
    text: str
    you: View
    they: View
    apart: int = 0
    applies_why: str = ""
    offered: str = ""
    grade: str = ""
    clash_why: str = ""
    advice: str = ""
    standing: tuple[Clash, ...] = ()
    stands_why: str = ""
    asks_why: bool = False
    aside_why: str = ""
    aside_who: str = ""
    yours_to_answer: bool = False
    third: View | None = None
    earlier: tuple[tuple[View, View], ...] = ()
    marks_open: bool = False
    opened_early: bool = False
    marked: int = 0
    asked: int = 0

    @property
    def heading(self) -> str:
        """What the grade is for, as its part of the page is headed."""
        return "Grade for the case as a whole" if self.is_case else f"Grade for Standard {self.number}"

    def is_as_shown(self, sent: Mapping[str, str]) -> bool:
        """Whether what was sent with the step has no grade and no words but those the page came with."""
        if "words" not in sent:
            return True
        there = (self.you.grade, self.you.words) if self.waits_for_both else ("", "")
        return (sent.get("grade", ""), with_plain_line_ends(sent.get("words", "")).strip()) == there

    @property
    def distance(self) -> str:
        """How far the two proposals are apart, in words."""
        return ("no grade", "one grade", "two grades", "three grades")[self.apart]

    @property
    def same_but(self) -> str:
        """How the sentence ends that says that both propose the same: who has to say why it stands, if anyone."""
        if self.third and self.third.grade not in ("", self.you.grade):
            who = "Say" if self.next_step == NextStep.REASON else f"{self.they.who} has to say"
            return f", and {self.third.who} does not. {who} why it stands."
        if self.next_step == NextStep.REASON:
            return ", and some of what you found does not sit easily with it. Say why it stands."
        return (
            f". {self.they.who} has to say why it stands against what you found."
            if self.next_step == NextStep.TALK
            else "."
        )

    @property
    def pair(self) -> tuple[str, str]:
        """The two grades that were proposed."""
        return self.you.grade, self.they.grade

    @property
    def reveals(self) -> bool:
        """Whether what this chair proposes is the second of the two, so that both are shown."""
        return self.they.there and not self.you.there

    @property
    def waits_for_both(self) -> bool:
        """Whether a proposal of either chair is still to come."""
        return self.next_step in (NextStep.PROPOSE, NextStep.WAIT)

    @property
    def is_aside(self) -> bool:
        """Whether the standard does not apply to this child."""
        return self.next_step == NextStep.ASIDE

    @property
    def waits_for_you(self) -> bool:
        """Whether the other asks this chair to confirm a grade, or to answer that the standard does not apply."""
        return self.next_step == NextStep.CONFIRM or self.yours_to_answer

    @property
    def next_act(self) -> NextAct | None:
        """What this chair does about the grade next, or whom it waits for; None once nothing is left to do."""
        if self.yours_to_answer:
            return NextAct(f"Answer {self.they.who}", "#a-aside")
        acts = {
            NextStep.PROPOSE: NextAct("Propose and reveal" if self.reveals else "Propose", "#a-grade"),
            NextStep.OFFER: NextAct("Enter the grade you agree", "#a-grade"),
            NextStep.REASON: NextAct("Say why it stands", "#a-grade"),
            NextStep.CONFIRM: NextAct("Confirm", "#a-grade"),
            NextStep.WAIT: NextAct(f"Waiting for {self.they.who}"),
            NextStep.OFFERED: NextAct(f"Waiting for {self.they.who}"),
            NextStep.TALK: NextAct(f"Waiting for {self.they.who}"),
        }
        return acts.get(self.next_step)

    @property
    def can_refer(self) -> bool:
        """Whether the two differ, or have not settled what is offered, and may ask the QA Team."""
        return self.next_step in (NextStep.OFFER, NextStep.OFFERED, NextStep.TALK, NextStep.CONFIRM)

    @property
    def to_agree(self) -> str:
        """The grade that is picked from the start where the auditor says what the two agree."""
        return self.you.grade if self.next_step == NextStep.REASON else self.offered

    @property
    def aside_heading(self) -> str:
        """Who proposes to set the standard aside, in a sentence."""
        who = f"{self.aside_who} proposes" if self.yours_to_answer else "You propose"
        return f"{who} that this standard does not apply to this child"

    @property
    def decline_button(self) -> str:
        """What the button says that keeps the standard."""
        return "No, it does apply" if self.yours_to_answer else "Take it back: it does apply"

    @property
    def reason_label(self) -> str:
        """What the box is called in which the reason stands for a grade against what was found."""
        return "Say why it stands" if self.asks_why else "Why it stands"

    @property
    def reason_button(self) -> str:
        """What its button says."""
        return f"Keep {word_of(self.grade)} for this reason" if self.asks_why else "Change the reason"

    @property
    def offer_button(self) -> str:
        """What the auditor's button says when the two talk."""
        ask = (
            f"Ask {self.they.who} again to confirm"
            if self.next_step == NextStep.OFFERED
            else f"Ask {self.they.who} to confirm"
        )
        return "Agree" if self.next_step == NextStep.REASON else ask

    @property
    def revealed(self) -> bool:
        """Whether both proposals of this round may be seen."""
        return self.they.shown

    @property
    def against(self) -> str:
        """What the page showed as standing against it, for the reason that is sent."""
        return digest(self.standing)

    @property
    def can_be_aside(self) -> bool:
        """Whether a chair may propose to set it aside as it stands."""
        return self.next_step != NextStep.ASIDE and self.aside_can_be_confirmed and not self.aside_who

    @property
    def aside_can_be_confirmed(self) -> bool:
        """Whether it may be set aside: never while it is with the QA Team, nor once that has ruled."""
        return self.next_step not in (NextStep.REFERRED, NextStep.RULED)

    @property
    def chooses(self) -> bool:
        """Whether this chair picks a grade on the page as it stands."""
        return self.next_step in (NextStep.PROPOSE, NextStep.WAIT, NextStep.OFFER, NextStep.OFFERED, NextStep.REASON)

    @property
    def gives_reason(self) -> bool:
        """Whether this chair says why a grade stands against what was found."""
        return self.next_step in (NextStep.OFFER, NextStep.OFFERED, NextStep.REASON)

    @property
    def takes_proposals(self) -> bool:
        """Whether this chair may still propose, or propose again."""
        return self.next_step not in (NextStep.ASIDE, NextStep.RULED)


def visible_grade(judgement: Judgement, chair: Chair, other: Seat) -> VisibleGrade:
    """The grade as `chair` sees it. Reads the judgement's proposals, which the caller has prefetched."""
    rounds: dict[int, dict[str, Proposal]] = {}
    for proposal in judgement.proposals.all():
        rounds.setdefault(proposal.round, {})[proposal.chair] = proposal
    now = rounds.pop(judgement.round, {})
    you, they = views(now, chair, other)
    ranks = [Grade(proposal.grade).rank for proposal in now.values()]
    apart = abs(ranks[0] - ranks[1]) if they.shown else 0
    next_step = next_step_of(judgement, chair, proposed=you.there, equal=they.shown and not apart)
    css, text = standing_in_line(judgement, next_step, you, they, other)
    return VisibleGrade(
        number=judgement.number,
        title=judgement.title,
        state=judgement.state,
        next_step=next_step,
        css=css,
        text=text,
        you=you,
        they=they,
        apart=apart,
        applies_why=judgement.applies_why,
        offered=judgement.offered,
        grade=judgement.grade,
        clash_why=judgement.clash_why,
        advice=judgement.advice,
        stands_why=judgement.stands_why,
        aside_why=judgement.aside_why,
        aside_who=other.first if judgement.aside_by_id == other.pk else "You" if judgement.aside_by_id else "",
        yours_to_answer=judgement.aside_by_id == other.pk,
        third=third_view(judgement, shown=they.shown),
        earlier=tuple(views(proposals, chair, other) for proposals in rounds.values() if len(proposals) == len(Chair)),
        marks_open=marks_open(judgement, chair),
        opened_early=not marks_open(judgement),
    )


def marks_open(judgement: Judgement, chair: Chair | None = None) -> bool:
    """Whether both have proposed in some round, so that the marks each made before the meeting may be seen.

    For a `chair` also where it opened them before that, which the record says. Reads the judgement's proposals.
    """
    rounds = Counter(proposal.round for proposal in judgement.proposals.all())
    return len(Chair) in rounds.values() or (chair is not None and chair in judgement.opened_early)


def next_step_of(judgement: Judgement, chair: Chair, *, proposed: bool, equal: bool) -> NextStep:
    """What this chair can do about the grade as it stands."""
    if not judgement.applies:
        return NextStep.ASIDE
    if judgement.state == State.REVEALED:
        if chair == Chair.AUDITOR:
            return NextStep.OFFERED if judgement.offered else NextStep.REASON if equal else NextStep.OFFER
        return NextStep.CONFIRM if judgement.offered else NextStep.TALK
    if judgement.state in Judgement.UNREVEALED:
        return NextStep.WAIT if proposed else NextStep.PROPOSE
    return NextStep(judgement.state)


def standing_in_line(judgement: Judgement, next_step: NextStep, you: View, they: View, other: Seat) -> tuple[str, str]:
    """How the grade stands among the steps: the shape, and its word."""
    if judgement.aside_by_id == other.pk:
        return "revealed", f"{other.first} asks to set it aside"
    if next_step in (NextStep.AGREED, NextStep.RULED):
        return "agreed", f"{judgement.get_state_display()}: {word_of(judgement.grade)}"
    if next_step == NextStep.ASIDE:
        return "na", "Does not apply"
    if next_step == NextStep.REFERRED:
        return "open", "QA advice is in" if judgement.advice else "With the QA Team"
    if next_step == NextStep.OFFERED:
        return "revealed", f"{other.first} has to confirm {word_of(judgement.offered)}"
    if next_step == NextStep.CONFIRM:
        return "revealed", f"Yours to confirm: {word_of(judgement.offered)}"
    if judgement.state == State.REVEALED:
        same = you.grade == they.grade
        return "revealed", "Revealed: say why" if same else "Revealed: you differ"
    if you.there or they.there:
        return "proposed", "You have proposed" if you.there else f"{other.first} has proposed"
    return "blank", "Not started"
