"""What one chair proposes for a grade, and what the second worker of a case does."""

from __future__ import annotations

from django.db import models

from audits.models.audit import Chair, Judgement
from people.models import User
from qualitycounts.base.moments import together
from standards.grades import LONGEST, Grade, GradeField


class Proposal(models.Model):
    """One chair's grade in one round, with a sentence of why. Kept, whatever is agreed."""

    judgement = models.ForeignKey(  # its index is `proposal_of_judgement`
        Judgement, on_delete=models.CASCADE, related_name="proposals", db_index=False
    )
    round = models.PositiveSmallIntegerField()
    chair = models.CharField(max_length=10, choices=Chair)
    grade = GradeField(max_length=LONGEST, choices=Grade)
    words = models.TextField(blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("round", "chair")
        indexes = [
            # all that reports ask of first proposals, so that the index alone answers
            models.Index(fields=["judgement", "round", "chair", "grade"], name="proposal_of_judgement"),
        ]
        constraints = [
            *together("proposal", "proposed"),
            models.UniqueConstraint(fields=["judgement", "round", "chair"], name="proposal_once_a_round"),
        ]

    def __str__(self) -> str:
        return f"{self.judgement_id} round {self.round} {self.chair}"


class SecondWorkerProposal(models.Model):
    """What the second worker of a case proposes in one round, unseen as the chairs' are. The two go by it; it is no
    third vote, so it stands apart from theirs and waits for nobody."""

    judgement = models.ForeignKey(Judgement, on_delete=models.CASCADE, related_name="second_proposals")
    round = models.PositiveSmallIntegerField()
    grade = GradeField(max_length=LONGEST, choices=Grade)
    words = models.TextField(blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("round",)
        constraints = [
            *together("second_proposal", "proposed"),
            models.UniqueConstraint(fields=["judgement", "round"], name="second_proposal_once_a_round"),
        ]

    def __str__(self) -> str:
        return f"{self.judgement_id} round {self.round}"

    @staticmethod
    def of_this_round(judgement: Judgement) -> SecondWorkerProposal | None:
        """What the second worker proposed for a grade in its present round; reads what the caller has prefetched."""
        return next((each for each in judgement.second_proposals.all() if each.round == judgement.round), None)
