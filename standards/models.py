"""What good looks like: the standards as data, dated and kept, and the calendar that deadlines go by."""

from __future__ import annotations

from functools import lru_cache

from django.db import models

from people.models import User
from qualitycounts.base.moments import together
from standards import categories
from standards.grades import LONGEST, EscalationPath, Grade, GradeField, usual_path
from standards.usual_boxes import usual_headings, usual_record

MOST_STANDARDS = 20
"""So many standards a set may have at most."""


class FactKind(models.TextChoices):
    """A date that case systems know of a case and that answers part of a question; each is a column of `audits.Case`
    (with `_on` behind it)."""

    LAST_SUPERVISION = "last_supervision", "Last supervision"
    LAST_OVERSIGHT = "last_oversight", "Last management oversight"
    LAST_ASSESSMENT = "last_assessment", "Last assessment"
    LAST_PLAN = "last_plan", "Last change of the plan"
    LAST_REVIEW = "last_review", "Last review"
    NEXT_REVIEW = "next_review", "Next review"
    LAST_VISIT = "last_visit", "Last visit"
    LAST_SEEN = "last_seen", "Child last seen"


class StandardSet(models.Model):
    """One dated version of the standards. An audit keeps the set it was graded with."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    published_on = models.DateField()
    in_force_from = models.DateField()
    source = models.TextField(blank=True)
    headings = models.JSONField(
        default=usual_headings, help_text="What the boxes under each grade are called, each with a hint."
    )
    record = models.JSONField(
        default=usual_record, help_text="The boxes about the record, each with the keys of the standards it speaks of."
    )
    file_hash = models.CharField(max_length=64, help_text="sha256 of the file it was loaded from.")

    class Meta:
        ordering = ("-in_force_from",)

    def __str__(self) -> str:
        return self.title

    def asked_as(self, category: str) -> str:
        """The category by which this set asks a child of `category`: that itself where the set names it anywhere, else
        the one of the five that it is like."""
        base = categories.base_of(category)
        return category if base == category or category in categories_named(self.pk, self.file_hash) else base


class Tool(models.Model):
    """A published tool of the council's own: a few questions that an activity of the programme asks beside the
    standards. It never changes; who wrote and published it stands with its draft."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    source = models.TextField(blank=True, help_text="What it is for, or what it was narrowed from.")
    questions = models.JSONField(help_text="Its questions as the draft has them, numbered from 1 (`standards.tools`).")
    published_on = models.DateField()
    file_hash = models.CharField(max_length=64, help_text="sha256 of its file.")

    class Meta:
        ordering = ("-published_on", "title")

    def __str__(self) -> str:
        return self.title


class SetDraft(models.Model):
    """A set or a tool that is being written: its file as data. Published, it is a `StandardSet` or a `Tool`, and this
    stays as it was."""

    spec = models.JSONField(help_text="The set or tool as its file has it (`standards.set_file`).")
    is_tool = models.BooleanField(default=False, help_text="Whether it is a tool for a theme, and no set.")
    version = models.PositiveIntegerField(default=1, help_text="Counts the changes: a page that is older is refused.")
    copied_from = models.ForeignKey(StandardSet, null=True, on_delete=models.SET_NULL, related_name="+")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    writers = models.ManyToManyField(User, related_name="+", help_text="Whoever wrote in it: they do not publish it.")
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text="Sent to be published; empty again once it changes."
    )
    sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_as = models.OneToOneField(
        StandardSet, null=True, blank=True, on_delete=models.SET_NULL, related_name="draft"
    )
    published_tool = models.OneToOneField(Tool, null=True, blank=True, on_delete=models.SET_NULL, related_name="draft")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-begun_at", "-pk")
        constraints = together("setdraft", "begun", "sent", "published", "dropped")

    def __str__(self) -> str:
        return str(self.spec["title"])

    @property
    def open(self) -> bool:
        """Whether it may still be written in."""
        return self.published_at is None and self.dropped_at is None

    @property
    def state_words(self) -> str:
        """How it stands: a draft, sent to be published, published, or thrown away."""
        if self.open:
            return "Sent to be published" if self.sent_at else "Draft"
        return "Published" if self.published_at else "Thrown away"


class GradeDescriptor(models.Model):
    """What a grade means, in the words of one set."""

    standard_set = models.ForeignKey(StandardSet, on_delete=models.CASCADE, related_name="descriptors")
    grade = GradeField(max_length=LONGEST, choices=Grade)
    position = models.PositiveSmallIntegerField()
    short = models.CharField(max_length=80)
    text = models.TextField()
    path = models.CharField(
        max_length=24,
        choices=EscalationPath,
        blank=True,
        help_text="The escalation path that an audit of this grade starts; empty: none.",
    )

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["standard_set", "grade"], name="descriptor_once")]

    def __str__(self) -> str:
        return self.get_grade_display()

    @property
    def own_path_in_words(self) -> str:
        """What it starts, where its set says another path than is usual for its level; "" where it does not."""
        if self.path == usual_path(self.grade):
            return ""
        return f"Starts the escalation path of {self.get_path_display()}." if self.path else "Starts no escalation."


class SmartQuestion(models.Model):
    """One of the five questions that make an action SMART."""

    standard_set = models.ForeignKey(StandardSet, on_delete=models.CASCADE, related_name="smart")
    slug = models.SlugField()
    position = models.PositiveSmallIntegerField()
    word = models.CharField(max_length=40)
    question = models.TextField()

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["standard_set", "slug"], name="smart_once")]

    def __str__(self) -> str:
        return self.word


class Indicator(models.Model):
    """One of the headline practice indicators."""

    standard_set = models.ForeignKey(StandardSet, on_delete=models.CASCADE, related_name="indicators")
    number = models.PositiveSmallIntegerField()
    standards = models.JSONField(
        default=list, help_text="Numbers of the standards it speaks of; empty: every audit asks it."
    )
    title = models.CharField(max_length=80)
    question = models.TextField()
    where_to_look = models.TextField()
    facts = models.JSONField(default=list, help_text="Kinds of facts (`FactKind`) that stand beside it.")

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["standard_set", "number"], name="indicator_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Standard(models.Model):
    """One of the standards of a set, numbered from 1."""

    standard_set = models.ForeignKey(StandardSet, on_delete=models.CASCADE, related_name="standards")
    number = models.PositiveSmallIntegerField()
    key = models.SlugField(
        max_length=40, blank=True, help_text="What it is about, whatever its number: the boxes about the record ask."
    )
    title = models.CharField(max_length=120)
    short_title = models.CharField(max_length=40)
    statement = models.TextField()
    applies_to = models.JSONField(default=list, help_text="Codes of the categories it applies to.")
    applies_note = models.TextField(blank=True)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["standard_set", "number"], name="standard_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def applies_in_words(self) -> str:
        """Whom it is for; "" for every child."""
        rows = categories.case_categories().in_use
        followers = [row.code for row in rows if row.is_own and self.is_for(row.code)]
        return categories.names_in_words(list(dict.fromkeys([*self.applies_to, *followers])))

    def is_for(self, category: str) -> bool:
        """Whether children of a category are asked it."""
        return self.standard_set.asked_as(category) in self.applies_to


class Section(models.Model):
    """A headed part of a standard; the heading may be empty."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["standard", "position"], name="section_once")]

    def __str__(self) -> str:
        return self.heading or f"Section {self.position}"


class Criterion(models.Model):
    """One point of what good looks like, as a question to look for evidence of. `code` is "4.2", nested "4.2.a"."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="criteria")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="nested")
    code = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    question = models.TextField()
    where_to_look = models.TextField(blank=True)
    tags = models.JSONField(default=list)
    applies_to = models.JSONField(default=list, help_text="Category codes; empty for every category.")
    facts = models.JSONField(default=list, help_text="Kinds of facts (`FactKind`) that stand beside it.")

    class Meta:
        ordering = ("position",)
        verbose_name_plural = "criteria"
        constraints = [models.UniqueConstraint(fields=["section", "position"], name="criterion_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def applies_in_words(self) -> str:
        """Whom it is asked of; "" for every child."""
        return categories.names_in_words(self.applies_to) if self.applies_to else ""


@lru_cache(maxsize=8)
def categories_named(pk: int, file_hash: str) -> frozenset[str]:
    """The codes of the categories that a set names anywhere. Kept for good: a set that is loaded never changes."""
    standards = Standard.objects.filter(standard_set=pk).values_list("applies_to", flat=True)
    criteria = Criterion.objects.filter(section__standard__standard_set=pk).values_list("applies_to", flat=True)
    return frozenset(code for codes in (*standards, *criteria) for code in codes)


class BankHoliday(models.Model):
    """A bank holiday in England and Wales: not a working day. One that the council added says who did and when."""

    on = models.DateField(unique=True)
    title = models.CharField(max_length=80)
    added_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("on",)
        constraints = together("bankholiday", "added")

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.title}"

    @property
    def ref(self) -> str:
        """What the trail calls it."""
        return f"{self.on:%Y-%m-%d}"
