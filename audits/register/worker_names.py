"""Who is meant by a name as files write it, confirmed once by somebody who knows."""

from __future__ import annotations

from collections.abc import Mapping

from audits.models import WorkerAlias
from people.list_answers import ListAnswers
from people.models import User
from people.trail import Act


def names_meant(answers: ListAnswers) -> dict[str, str]:
    """The e-mail of whom each folded name means, as it was confirmed, or said of the file at hand."""
    return dict(WorkerAlias.objects.values_list("name_key", "user__email")) | dict(answers.managers)


def keep_names(meant: Mapping[str, int], act: Act, *, by: User) -> None:
    """Keep the person, by key, whom each folded name means. Joins the transaction of `act`."""
    for key, person in sorted(meant.items()):
        alias, _ = WorkerAlias.objects.update_or_create(
            name_key=key, defaults={"user_id": person, "confirmed_at": act.at, "confirmed_by": by}
        )
        act.add_by_ref("worker_name.confirmed", "workeralias", str(alias.pk), content={"person": person})


def keep_managers(answers: ListAnswers, act: Act) -> None:
    """Keep whom the managers' names of a staff list mean, once everybody on it has an account."""
    if answers.managers and act.by is not None:
        people = dict(User.objects.filter(email__in=answers.managers.values()).values_list("email", "pk"))
        keep_names({key: people[email] for key, email in answers.managers.items() if email in people}, act, by=act.by)
