"""The learning event pack as slides (PPTX): the same parts as its PDF, large enough to be read from the back.

The only place that knows python-pptx. Each slide has its title in the title's place, so that a screen reader and the
outline have it; who saw to a story stands in the notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from textwrap import wrap

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.presentation import Presentation
from pptx.util import Inches, Pt

from reporting.sections.event import EventPage, Message

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN, TOP, FOOT = Inches(0.8), Inches(1.65), Inches(6.85)
INK, SOFT, BRAND = RGBColor(11, 12, 12), RGBColor(80, 90, 95), RGBColor(18, 67, 109)
FONT = "Arial"
ACROSS = 66
"""Characters of a line of 24 points across a slide; wrapping is reckoned with it, on the safe side."""
LINES = 11
"""Lines of 24 points that a slide holds below its title."""
TITLE_ONLY = 5
"""The layout of the default template that has a title and nothing else."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a slide: a bold beginning, the rest, and how it looks."""

    lead: str = ""
    words: str = ""
    quote: bool = False
    small: bool = False
    number: int = 0

    @property
    def lines(self) -> int:
        """How many lines it takes, with the space after it."""
        across = ACROSS + 20 if self.small else ACROSS
        return len(wrap(f"{self.lead} {self.words}".strip(), across)) + (0 if self.small else 1)


@dataclass(frozen=True)
class Slide:
    """A slide: its title, its paragraphs and the speaker's notes."""

    title: str
    paragraphs: list[Paragraph]
    notes: list[str] = field(default_factory=list)


def event_as_pptx(page: EventPage, *, title: str, period: str, council: str) -> bytes:
    """The slides of a pack as a PPTX file; a part that does not fit goes on on a next slide."""
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    properties = deck.core_properties
    properties.title, properties.author, properties.language = f"{title}, {period}", council, "en-GB"
    properties.subject = "For everyone who works with children and families"
    slides = [piece for slide in _slides(page, period) for piece in _that_fit(slide)]
    for place, slide in enumerate(slides, start=1):
        _draw(deck, slide, foot=f"{title}, {period}. For everyone who works with children and families.", of=place)
    out = BytesIO()
    deck.save(out)
    return out.getvalue()


def _slides(page: EventPage, period: str) -> Iterator[Slide]:
    """The parts of the pack, those with nothing in them left out."""
    yield Slide("Learning event", [Paragraph(lead=period), Paragraph("", "What we learned together from audits.")])
    if page.proud or page.practice:
        practice = [_line(f"“{line.words}”", _of_standard(line.standard)) for line in page.practice]
        yield Slide("What we are proud of", [*_plain(page.proud), *[each for pair in practice for each in pair]])
    if page.voices:
        voices = [_line(f"“{line.words}”", line.speaker) for line in page.voices]
        yield Slide("What children and families told us", [each for pair in voices for each in pair])
    for message in page.messages:
        yield _message(message)
    if page.complaints:
        yield Slide("What people complained about, and what we did", _plain(page.complaints))
    if page.questions:
        asked = [Paragraph(words=words, number=place) for place, words in enumerate(page.questions, start=1)]
        yield Slide("Talk about it at your table", asked)
    if page.tries:
        yield Slide("What we ask you to try", _plain(page.tries))
    if page.since:
        since = [Paragraph(f"{said.about}:" if said.about else "", said.words) for said in page.since]
        yield Slide("What changed since last time", since)


def _message(message: Message) -> Slide:
    story, lead = message.story, [Paragraph(lead=message.words)] if message.words else []
    if story is None:
        return Slide(f"Message {message.number}", lead)
    lines = [Paragraph(words=line) for line in story.lines]
    return Slide(f"Message {message.number}, and the story behind it", [*lead, *lines], [story.source])


def _plain(lines: list[str]) -> list[Paragraph]:
    return [Paragraph(words=line) for line in lines]


def _line(words: str, source: str) -> list[Paragraph]:
    """A picked line, with its source below it."""
    return [Paragraph(words=words, quote=True), *([Paragraph(words=source, small=True)] if source else [])]


def _of_standard(standard: int | None) -> str:
    return f"Standard {standard}" if standard else ""


def _that_fit(slide: Slide) -> Iterator[Slide]:
    """The slide, in as many pieces as it takes: a line's source stays with it."""
    piece: list[Paragraph] = []
    title = slide.title
    for place, paragraph in enumerate(slide.paragraphs):
        after = slide.paragraphs[place + 1 : place + 2]
        needs = paragraph.lines + sum(each.lines for each in after if each.small)
        if piece and not paragraph.small and sum(each.lines for each in piece) + needs > LINES:
            yield Slide(title, piece, slide.notes)
            piece, title = [], f"{slide.title} (more)"
        piece.append(paragraph)
    yield Slide(title, piece, slide.notes)


def _draw(deck: Presentation, slide: Slide, *, foot: str, of: int) -> None:
    drawn = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    heading = drawn.shapes.title
    heading.left, heading.top, heading.width, heading.height = MARGIN, Inches(0.55), WIDTH - 2 * MARGIN, Inches(0.9)
    heading.text_frame.text, heading.text_frame.vertical_anchor = slide.title, MSO_ANCHOR.BOTTOM
    _style(heading.text_frame.paragraphs[0], size=34, ink=BRAND, bold=True)
    rule = drawn.shapes.add_connector(1, MARGIN, Inches(1.5), WIDTH - MARGIN, Inches(1.5))
    rule.line.color.rgb, rule.line.width = BRAND, Pt(3)
    rule.name = "Rule"
    body = drawn.shapes.add_textbox(MARGIN, TOP, WIDTH - 2 * MARGIN, FOOT - TOP).text_frame
    body.word_wrap = True
    for place, paragraph in enumerate(slide.paragraphs):
        _write(body.paragraphs[0] if place == 0 else body.add_paragraph(), paragraph)
    below = drawn.shapes.add_textbox(MARGIN, FOOT, WIDTH - 2 * MARGIN, Inches(0.4)).text_frame
    below.text = f"{foot}  {of}"
    _style(below.paragraphs[0], size=12, ink=SOFT)
    if slide.notes:
        drawn.notes_slide.notes_text_frame.text = "\n".join(slide.notes)


def _write(into: object, paragraph: Paragraph) -> None:
    number = f"{paragraph.number}. " if paragraph.number else ""
    if paragraph.lead:
        lead = into.add_run()  # type: ignore[attr-defined]
        lead.text = f"{paragraph.lead} "
        lead.font.bold = True
    said = into.add_run()  # type: ignore[attr-defined]
    said.text = number + paragraph.words
    _style(into, size=18 if paragraph.small else 24, ink=SOFT if paragraph.small else INK)
    into.space_after = Pt(14 if paragraph.small or not paragraph.quote else 2)  # type: ignore[attr-defined]


def _style(paragraph: object, *, size: int, ink: RGBColor, bold: bool | None = None) -> None:
    paragraph.alignment = PP_ALIGN.LEFT  # type: ignore[attr-defined]
    for run in paragraph.runs:  # type: ignore[attr-defined]
        run.font.size, run.font.name, run.font.color.rgb = Pt(size), FONT, ink
        run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK
        if bold is not None:
            run.font.bold = bold
