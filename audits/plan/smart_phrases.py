"""The phrases that name no day and nothing that can be seen ("ASAP" and its cousins), told by their shape.

Some are never fair, however written. Others are fair as part of a sentence that says what stands on the file: "the
ongoing proceedings timetable is signed" says what to open, "the work is ongoing" does not. What stands in quotation
marks is spoken of, not said.
"""

from __future__ import annotations

import re
import unicodedata

SOME = (
    r"(?:near|foreseeable|not too distant|distant|coming|next(?: few)?|later|future|good|due|timely|reasonable|regular|"
    r"frequent|ongoing|on-going|on going|continuous|rolling|some|earliest(?: possible)?|first possible|short|"
    r"appropriate|suitable|right|convenient|prompt|ad hoc|full?ness of)"
)
TIME = (
    r"(?:times?|time ?scales?|time ?frames?|course|future|dates?|points?|stages?|moments?|periods?|days|weeks|months|"
    r"terms|manner|fashion|way|basis|opportunity|opportunities|convenience|chance|intervals?|order)"
)
WHOSE = r"(?:an?|the|some|her|his|their|our|your|my)"
FIT = (
    r"(?:possible|practicable|practical|appropriate|needed|required|requested|necessary|able|available|feasible|"
    r"relevant|applicable|indicated|convenient|ready)"
)
SETTLED = (
    r"(?:confirmed|decided|agreed|determined|advised|arranged|set|fixed|finalised|announced|notified|clarified|"
    r"established|identified|scheduled)"
)
WATCHED = (
    r"(?:monitored|reviewed|considered|discussed|explored|addressed|progressed|looked (?:at|into)|thought about|"
    r"followed up|chased|strengthened|worked on|kept in mind|tracked|checked|picked up)"
)
NEVER = (
    r"(?:a\.?s\.?a\.?p\b\.?|a[\s.-]+s[\s.-]+a[\s.-]+p\b\.?)(?: possible)?",
    rf"as (?:soon|early|fast|often|much|far|\w+ly) as (?:it )?(?:is )?(?:\w+ly )?(?:{FIT}|we can|"
    r"(?:i|he|she|they|it|one|the \w+) (?:can|is able|are able|may)|can be|may be)",
    rf"(?:in|within|at|on|over|during|by|for) (?:{WHOSE} )?(?:very )?{SOME} {TIME}",
    rf"at {WHOSE}? ?(?:very )?(?:earliest|next available|first available)(?: \w+)? (?:opportunity|convenience|chance)",
    rf"(?:as and when|when(?:ever)?|where(?:ver)?|if(?: and when)?|as far as|once) (?:it (?:is|becomes) )?{FIT}",
    r"as and when|(?:when|once|if) (?:it|this|that|they|all|everything) (?:is|are|has been|have been) (?:all )?"
    r"(?:done|completed?|finished|sorted)",
    r"(?:when(?:ever)?|once|if|as|until) (?:[\w']+ ){1,5}?(?:allow|permit|calm|settle|arise|free up|"
    r"gets? (?:better|easier)|(?:has|have) (?:the |more )?(?:time|capacity|space|settled|calmed)|calmed|settled)\w*",
    r"t\.?\s?b\.?\s?[acd]\b\.?",
    rf"to be {SETTLED}",
    r"^to follow|to follow$|to follow (?:after|once|when|later|soon|shortly|in|up|from)",
    r"sooner rather than later|sooner or later|before (?:too )?long|some ?time|some ?day|one day|some stage",
    r"(?:at|in) (?:some|a) (?:point|later)|until further notice|in time\b(?! for)|over time|as time goes on",
    r"(?:going|moving) forwards?|from now on|from here on|in (?:the )?future|for the time being|for now",
    r"from time to time|every now and (?:then|again)|now and (?:then|again)|every so often|little by little",
    r"step by step|periodically|occasionally|gradually|eventually|continual(?:ly)?|continuous(?:ly)?",
    r"routinely|constantly|without (?:any |undue |further )*delay|straight ?away|right away|at once|forthwith",
    r"no idea|not sure|unsure|not certain|not known|unknown|(?:do|does|did)(?: not|n't) know|not yet (?:known|clear)",
    r"n\s?/\s?a|n\.a\.?|not applicable|see (?:above|below)|(?:same )?as (?:above|below|before)|ditto",
    r"keep(?:ing)? an? (?:close )?eye|kept? under review|keep(?:ing)? (?:it )?under review|watch this space",
)
UNLESS_COUNTED = (
    rf"(?:will|to|shall|should|can|must) be (?:\w+ly )?{WATCHED}|(?:is|are|being) (?:being )?(?:\w+ly )?{WATCHED}",
    r"(?:will|to|should|shall|may|we|they|to see|continues? to) (?:keep )?"
    r"(?:improv|increas|strengthen|get better|enhanc)\w*",
    r"(?:has|have|is|are) (?:been )?(?:\w+ly )?(?:improv|enhanc|strengthen)(?:ed|ing)",
    r"(?:an?|some|more|any|of|see) (?:\w+ )?(?:improvements?|progress)",
    r"(?:is|are|becomes?) (?:more |very |clearly )?(?:evident|apparent|visible|noticeable|satisf\w+)|needs? to be",
    r"will (?:pick|look|think|deal|see|take|try|aim|seek|sort|build|work|focus|keep) "
    r"(?:this|it|to|at|into|about|with|up|on)",
    r"improves\b|regularly|frequently|ongoingly|(?:do|doing|does) better",
)
FAIR_IN_A_SENTENCE = (
    r"on-?\s?going|soonest|immediate(?:ly)?|urgent(?:ly)?|soon|shortly|promptly|quickly|swiftly",
    r"better|higher|fewer|less|\w{3,}rter|consistent(?:ly)?|improved|improving|improvements?|enhanced|increased|greater|stronger|clearer|closer|fuller|deeper|robust|"
    r"good (?:understanding|grasp|oversight|practice|standard|level|sense|working|enough)|"
    r"effective|purposeful|meaningful|good[ -]quality|high[ -]quality|confident|sufficient|adequate",
    r"more (?!than\b)\w+|(?:as|when) (?:required|needed|appropriate|requested)|timely",
)
STANDS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|shows?|says?|reads?|names?|lists?|records?|sits?|stands?|answers?|covers?|"
    r"ends?|took|takes|attends?|contains?|describes?|explains?|includes?|holds?|tells?|gives?|starts?)\b(?! (?:needed|"
    r"required|expected|wanted|hoped|better|improv))",
)
LINKED = re.compile(
    r"\b(?:is|are|be|been|being|was|were|of|gets?|getting|going|becomes?|remains?|stays?|much|very)\s+$"
)
BEFORE_WHAT = re.compile(r"\s+(?:after|before|following|once she|once he|once they)\b(?! (?:it|this|that)\b)")
REPORTED = re.compile(r"\b(?:says?|said|records?|shows?|describes?|decides?|quotes?|tells?|explains?|confirms?)\b")
ADVERB = re.compile(r"soon|shortly|\w+ly$")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’(?!\w)|(?<!\w)'[^']*'(?!\w)")
COUNTED = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|each|every|all|both|weekly|fortnightly|monthly|daily|"
    r"january|february|march|april|june|july|august|september|october|november|december)\b"
)
OPENED = re.compile(
    r"\b(?:files?|notes?|minut\w+|letters?|reports?|forms?|plans?|chronolog\w+|genograms?|assessments?|reviews?|"
    r"records?|recorded|documents?|logs?|lists?|charts?|tools?|scores?|photos?|e-?mails?|referrals?|agreements?|"
    r"statements?|orders?|summar\w+|certificates?|checklists?|timetables?|section|pep|eche?p|policy|audit|sheets?|"
    r"signed|dated|uploaded|scanned|attached|filed|written|attends?|attended|attendance|names?|can|says?|said|tells?|told|"
    r"seen|saw|met|visited|took place|held|shared|sent|booked|paid|moved)\b"
)
"""What someone else could open, count or hear of."""
PUT_OFF = re.compile(
    r"\s*(?:by the time|by then|once|when\w*|until|as (?:\w+ly|soon|quickly) as|as discussed|subject to|"
    r"depend\w+ (?:up)?on|hopefully|ideally|possibly|maybe|with (?:immediate|all due) \w+|"
    r"within an? \w+ (?:length|amount) of|watch|hope\b)"
)
"""How a sentence begins that puts a thing off, or only hopes for it."""
AT_ONCE = r"immediately|urgently|soon|shortly|a\.?s\.?a\.?p\.?|ongoing|on-going"


def any_of(*shapes: str) -> re.Pattern[str]:
    """One pattern of all these, each a whole phrase."""
    return re.compile(rf"(?<![\w/])(?:{'|'.join(shapes)})(?![\w/])", re.IGNORECASE)


VAGUE_ALWAYS = any_of(*NEVER)
VAGUE_UNCOUNTED = any_of(*UNLESS_COUNTED)
VAGUE_ALONE = any_of(*FAIR_IN_A_SENTENCE)
VAGUE = any_of(*NEVER, AT_ONCE)
"""What shows nothing where somebody proves something, wherever it stands."""
HEADED = re.compile(
    r"\s*(?:continue[sd]?|carry on|keep on|try|aim|endeavour|seek|look) (?:to|with|in)\b", re.IGNORECASE
)
"""How a task begins that goes on as it was, or only tries."""

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
FILLER = frozenset({"blah", "bla", "lorem", "ipsum", "test", "nothing", "none", "whatever", "something", "stuff"})


def in_plain_letters(text: str) -> str:
    """The text in plain letters, without hidden characters: what looks like ASAP is judged as ASAP."""
    joined = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return " ".join(re.sub(r"[‐‑‒–—]", "-", joined).split())


def never_fair(text: str) -> list[str]:
    """The phrases in it that name no day and nothing to see, whatever stands around them."""
    return [hit.group(0) for hit in VAGUE_ALWAYS.finditer(spoken(text))]


def fair_at_times(text: str) -> list[str]:
    """The phrases in it that only a sentence with something to see makes fair, and no such sentence does."""
    plain = spoken(text)
    counted = bool(COUNTED.search(plain.lower()))
    hits = [] if counted else [hit.group(0) for hit in VAGUE_UNCOUNTED.finditer(plain) if not told(plain, hit.start())]
    for hit in VAGUE_ALONE.finditer(plain):
        before, after = plain[: hit.start()].lower(), plain[hit.end() :].lower()
        if told(plain, hit.start()):
            continue
        said_of = bool(LINKED.search(before))
        opens = not before.strip() and ADVERB.match(hit.group(0).lower())
        if BEFORE_WHAT.match(after) or (not said_of and not opens and (counted or STANDS.search(after))):
            continue
        if said_of and counted and hit.group(0).lower().startswith("more"):
            continue
        hits.append(hit.group(0))
    return hits


def can_be_opened(text: str) -> bool:
    """Whether it speaks of something that another person could open, count or hear of."""
    plain = spoken(text).lower()
    return bool(COUNTED.search(plain) or OPENED.search(plain)) or not plain.isascii()


def only_puts_off(text: str) -> bool:
    """Whether it puts the thing off, with nothing to open."""
    return bool(PUT_OFF.match(spoken(text).lower())) and not can_be_opened(text)


def told(plain: str, place: int) -> bool:
    """Whether something that says or shows it stands before this place: "mum says what is better"."""
    return bool(REPORTED.search(plain[:place].lower()))


def vague(text: str) -> list[str]:
    """The phrases that nobody could check or put in a diary, as written."""
    return never_fair(text) + fair_at_times(text)


def spoken(text: str) -> str:
    """What the text says itself, without what it quotes."""
    return QUOTED.sub("…", in_plain_letters(text))


def real_words(text: str) -> set[str]:
    """The different words in it, without what is no word: one letter again and again, a row of keys, a filler."""
    words = (word.strip(".,;:!?()'’") for word in in_plain_letters(text).lower().split())
    return {word for word in words if word and could_be_word(word)}


def could_be_word(word: str) -> bool:
    """Whether it could be a word, a number or initials."""
    if word in FILLER or any(len(word) >= 4 and word in row for row in ROWS):
        return False
    return not word.isalpha() or word in ("a", "i") or not word.isascii() or len(set(word)) > 1
