"""What the invented people wrote: plain sentences such as one finds in an audit."""

WORKING = (
    "Visits are on time and each one says what the child said and did.",
    "The worker knows this family well; the grandmother is part of the plan and comes to each meeting.",
    "School and health send what they see within the week, and it is used.",
    "The assessment shows what a day at home is like, with the child’s own words and dates.",
    "Supervision in August and October looks back at what was agreed and asks whether it helped.",
    "The safety plan is one page, in words the parents use, and they can say what is in it.",
    "The later-life letter is started and the foster carers have a copy of the photographs.",
)
WORRIES = (
    "The chronology stops in May, so the house move is missing from the analysis.",
    "The father is named on the genogram but nobody has asked him what he thinks.",
    "Two visits in September were late and the record does not say why.",
    "The plan lists services and does not say what would be different if they worked.",
    "Scaling is there, and nothing on the file ties it to the danger statement.",
    "The last management decision has no reasons written down.",
    "We could not find the child’s views on contact after the review in June.",
)
NEEDS = (
    "Bring the chronology up to date and use it to revise the analysis.",
    "Go through the plan with both parents in their own words.",
    "See the child alone before the next core group and write down what she says.",
    "Write the reasons for the decision of last month on the file.",
)
PRACTICE = (
    "Three Houses drawn with each of the brothers separately, then compared together.",
    "A short film made with the young person for his review instead of a form.",
    "The worker sends the mother a text the same day to say what was agreed.",
)
GOOD_REASONS = (
    "The visits carry it: we can see what changed at home.",
    "The plan is clear and the family can say what it is for.",
    "What was done has made a difference, and the file shows it.",
    "The analysis is strong and the help is the right help.",
)
LOW_REASONS = (
    "The record has gaps that matter for the analysis.",
    "Help came late, and we could not see why.",
    "The plan says what is offered, not what has to change.",
    "Nobody has written down why it was decided so.",
)
EYES = (
    "“I know who is coming on Thursday and why.”",
    "“Mum and Nan both come to my meetings now.”",
    "“I told her about the shouting and it has stopped.”",
    "“I still do not know where I will live after Christmas.”",
    "“Somebody asked me what I wanted and wrote it down.”",
)
FEEDBACK = (
    "Mother said the visits help her plan the week.",
    "The young person would like to choose where they meet.",
    "Grandmother felt listened to at the last family meeting.",
)
CLASH = "The gaps are in the record; what was done for the child is clear from the visits."
ACTIONS = (
    (
        "Bring the chronology up to date from May to today, with the house move and the new school",
        "The chronology on Mosaic has an entry for each event since May",
        "New carers and the school understand what the move meant for him",
        "Half a day without duty, agreed by the manager",
    ),
    (
        "Record the reasons for last month’s decision on the file and sign them",
        "A management decision entry with reasons stands on Mosaic",
        "She can read one day why this was decided",
        "An hour with the case notes, already in the diary",
    ),
    (
        "See the child alone at home and at school before the next core group",
        "Two visit records hold the child’s own words, with dates",
        "His wishes are on the table when the plan is reviewed",
        "School has offered a room; a visit slot is booked",
    ),
    (
        "Write the plan again in plain words and go through it with both parents",
        "The new plan is on the file, signed by both parents",
        "His parents know what has to change and by when",
        "An interpreter is booked for the second visit",
    ),
    (
        "Ask the father for his views and add them to the assessment",
        "The assessment has a section with his views and the date he gave them",
        "She has both sides of her family thought about",
        "His address is known and he has agreed to a call",
    ),
)
EVIDENCE = (
    "On Mosaic under Chronology, entries of this week; read back with the worker.",
    "Visit record on the file with what the child said; seen by the manager.",
    "Entry added and signed; copy discussed in supervision.",
)
SUPERVISION = "Went through the audit and its actions line by line; the worker said what helped and what is in the way."

TO_AUDITOR = (
    "Every grade can be traced to what was seen. Next time name the day on which she was seen alone.",
    "Fair to the worker, and plain. Say more about the father: he is in one line only.",
    "Strengths are named as clearly as worries. The plan could say who will know that it is done.",
    "A careful reading of a long file. Bring the child’s own words further up.",
)
TO_WORKER = ("The panel read how well you know this child. Thank you.", "")
LEARNED = (
    "Ask for fathers by name, and write down that you asked.",
    "A date without a person beside it is not yet an action.",
    "Say what difference it made for the child, not only what was done.",
    "",
    "",
)
SUMMARIES = (
    "Content bore out the grades. Plans are clearer than in the summer; fathers and siblings are still thin.",
    "Good reading this month. Where grades were questioned, the evidence was there but had not been written down.",
)
REGRADED_DOWN = "She was not seen alone in four months, and nothing in the audit says why. That is not yet Good."
REGRADED_UP = "What was found is what the guide calls Good. The grade was harder than the content."
