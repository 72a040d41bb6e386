"""Fields of which no page shows what stands in them while every text is made of payloads, each with its reason."""

from __future__ import annotations

REASONS = {
    "names, numbers and days that the code writes and reads": """
        Import.built_on Import.counts Case.fact_sources Case.other_numbers Draw.allocation Draw.quotas
        Draw.filter Draw.strata Draw.focus Draw.excluded Disposal.periods Disposal.due Disposal.removed
        Disposal.proof PlanDraft.points PlanDraft.numbers FamilyLetter.picked FamilyQuestion.standards
        Activity.narrow Activity.focus Audit.focus Indicator.standards Judgement.clash_of Judgement.stands_of
        Judgement.opened_early Ballot.quality Pattern.also Review.near SelfCheck.answers Report.rows
        PlanItem.before StoredFile.sha256 Edition.sha256 Identity.issuer Identity.subject WorkerAlias.name_key
        TrailEntry.content""",
    "in no page, only in files that are read as text": """
        Case.gender Case.ethnicity Case.disability Case.worker_number Case.worker_registration User.staff_number
        User.registration_number Agreement.words""",
    "a list that is empty here; whole lists of an import are shown escaped (tests/audits/register)": """
        Import.dropped_columns Import.problems Import.answers Import.refused_why KeptMapping.content
        Tool.questions FamilyQuestion.scale CouncilSetting.value""",
    "on a page of another state; no template shows text as it is, and words that the forms send stay text on each page "
    "that is read after them (tests/hostile/walker.py)": """
        Judgement.applies_why Judgement.aside_why Proposal.words SecondWorkerProposal.words Signature.words
        SelfCheck.words CaseNote.text Action.ended_why Step.passed_why PanelConflict.reason Conflict.reason
        Review.draft LastingCheck.seen LastingCheck.words Keeping.reason CaseKeeping.reason ToolSheet.agency
        ToolAnswer.words Contributor.agency Finding.question Finding.seen WorkerSay.words Viewing.presented_by
        Capacity.why CouncilSetting.why Quotation.why Pick.why Pick.reason Case.worker_name Disposal.signed_why""",
    "what a machine said of a fault, on a page of that state alone": "Notice.fault Report.fault StoredFile.removed_why",
}
UNSEEN = {name: why for why, names in REASONS.items() for name in names.split()}
