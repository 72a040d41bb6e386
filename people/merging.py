"""Two accounts of one person, or two rows of one team, made one: what pointed at the one points at the other.

The relations are walked, so that none is forgotten: a new one is moved too, or named in `STAYS` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import Case, F, Value, When

from people import membership, notices, trail
from people.administrators import administrators
from people.models import Membership, User
from people.notice_texts import AccountChanged
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow, Refused, written

STAYS: Mapping[str, str] = {
    "people.TrailEntry": "The trail is never changed: it names the account that acted.",
    "account.EmailAddress": "The old address goes on belonging to the account that is closed, so that no other has it.",
    "mfa.Authenticator": "A second factor belongs to the account whose password stands before it.",
    "audits.Opening": "Who opened a record stays as it was written.",
    "audits.Pick": "A draw keeps the number that it drew: its proof goes by it.",
    "reporting.Report": "A report that was made never changes.",
    "reporting.Edition": "A report that was made never changes.",
}
"""What goes on pointing at an account, or a case, that was merged, and why."""
KEPT_APART: dict[Callable[[User, User], str], None] = {}
"""What other apps know against a merge: each gives a sentence, "" for nothing. They add theirs as they start."""


def pointing_at(model: type[models.Model]) -> dict[type[models.Model], list[str]]:
    """Every model that points at this one, with the columns by which it does; without those of `STAYS`.

    Where many point at many, the table between them does.
    """
    columns: dict[type[models.Model], list[str]] = {}
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or not isinstance(relation.related_model, type):
            continue
        if relation.many_to_many:
            continue
        if relation.related_model._meta.label not in STAYS:
            columns.setdefault(relation.related_model, []).append(relation.field.name)
    return columns


def move_all(old: models.Model, into: models.Model) -> dict[str, int]:
    """Point everything that points at one row at another; how many rows of each model moved.

    A row that the other has already (a role from the same day, the same notice) stays where it is. Refused (409): where
    the two are in one row as two people, such as auditor and keyworker.
    """
    moved: dict[str, int] = {}
    for model, columns in pointing_at(type(old)).items():
        holds = models.Q()
        for column in columns:
            holds |= models.Q(**{column: old.pk})
        keys = list(model._default_manager.filter(holds).values_list("pk", flat=True))
        if keys and not (count := point_at(model, keys, columns, old, into)):
            count = sum(point_at(model, [key], columns, old, into) for key in keys)
        if keys and count:
            moved[model._meta.label] = count
    return moved


def point_at(
    model: type[models.Model], keys: list[int], columns: Iterable[str], old: models.Model, into: models.Model
) -> int:
    """Point rows at another in all their columns at once, as a constraint may ask that two of them agree; how many.

    None of them where one is there already for the other.
    """
    number = models.BigIntegerField()
    changes = {
        each: Case(When(**{each: old.pk}, then=Value(into.pk)), default=F(f"{each}_id"), output_field=number)
        for each in columns
    }
    try:
        with transaction.atomic():
            return model._default_manager.filter(pk__in=keys).update(**changes)
    except IntegrityError as refusal:
        if "unique" in str(refusal).lower() or len(keys) > 1:
            return 0
        row = model._default_manager.get(pk=keys[0])
        said = f"{old} and {into} are two people in {model._meta.verbose_name} {row}, so they cannot be one."
        raise NotNow(said) from refusal


def merge_people(user: User, *, other: User, why: str, by: User, at: datetime) -> User:
    """Make two accounts of one person one: `user` has all that `other` held, and nobody signs in as `other` any more.

    A later staff list that names the other's address means this one. Refused: not an administrator, or about oneself
    (403); the same account, no reason (422); one that was merged already, or two who acted as two people (409).
    """
    for person in (user, other):
        membership.check_other(person, by=by)
    reason = written(why, "why", "Say why they are one person, for example “a new surname”. It stays in the history.")
    if user.pk == other.pk:
        raise Refused("That is the same account. Choose the other one.", "other")
    with trail.acting(by=by, at=at) as act:
        locked = User.objects.select_for_update(no_key=True).filter(pk__in=(user.pk, other.pk)).order_by("pk")
        if any(person.merged_into_id for person in locked):
            raise NotNow("One of these accounts was merged already. Open its page and look.")
        if administrators(on=day_of(at)).filter(pk=other.pk).exists():
            raise NotNow(f"The account of {other.email} is a system administrator’s. End that role first.")
        for check in KEPT_APART:
            if sentence := check(user, other):
                raise NotNow(sentence)
        User.objects.filter(pk=user.pk, line_manager=other).update(line_manager=None)
        moved = move_all(other, user)
        twice = remove_double_roles(user, other)
        User.objects.filter(pk=other.pk).update(
            is_active=False, merged_into=user, left_on=day_of(at), line_manager=None
        )
        content = {"into": user.email, "from": other.email, "moved": moved, "roles_held_twice": twice}
        act.add("person.merged", user, why=reason, content=content)
        act.add("person.merged_away", other, was="here", now="merged", why=reason, content={"into": user.email})
        tell_administrators_of(
            user, f"{other.name} ({other.email}) was merged into {user.name} ({user.email})", by=by, at=at
        )
    return User.objects.get(pk=user.pk)


def remove_double_roles(user: User, other: User) -> list[str]:
    """Make the rows of one role one, so that it is held once; which roles. What both had from the same day did not
    move: it lasts as long as the longer of the two. A role given by hand stays beside the same one of a list, as a list
    ends its own."""
    rows = list(Membership.objects.filter(user__in=(user.pk, other.pk)).order_by("starts_on", "pk"))
    kept: list[Membership] = []
    double: list[Membership] = []
    for row in sorted(rows, key=lambda row: row.user_id != user.pk):
        same_day = next((held for held in kept if key_of(held) == key_of(row)), None)
        if row.user_id == other.pk and same_day is not None:
            ends = (same_day.ends_on, row.ends_on)
            same_day.ends_on = None if None in ends else max(filter(None, ends))
            same_day.from_file = same_day.from_file and row.from_file
            same_day.save(update_fields=["ends_on", "from_file"])
            double.append(row)
        elif any(covers(held, row) for held in kept):
            double.append(row)
        else:
            kept.append(row)
    Membership.objects.filter(pk__in=[row.pk for row in double]).delete()
    return sorted(row.role for row in double)


def key_of(row: Membership) -> tuple[object, ...]:
    """What no two rows of one person share."""
    return row.role, row.team_id, row.service_id, row.starts_on


def covers(held: Membership, row: Membership) -> bool:
    """Whether a role row holds on every day on which another of the same role does, and ends no sooner by a list."""
    longer = held.ends_on is None or (row.ends_on is not None and row.ends_on <= held.ends_on)
    early = held.starts_on <= row.starts_on and longer
    return key_of(held)[:3] == key_of(row)[:3] and early and (row.from_file or not held.from_file)


def tell_administrators_of(user: User, what: str, *, by: User, at: datetime) -> None:
    """Tell every other administrator what became of an account: it is a way to take one over."""
    notices.notify(
        to=administrators(on=day_of(at)).exclude(pk=by.pk),
        text=AccountChanged(user, by, what),
        key=f"account:{user.pk}:{at.isoformat()}",
        at=at,
    )
