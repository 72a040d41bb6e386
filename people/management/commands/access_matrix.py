"""Print who may open what: every address, method and role, from what each page asks and what the grants give."""

from typing import Any

from people.roles import GRANTS, Role
from people.url_permissions import doors
from qualitycounts.base.commands import Command as Base

ANY = ("GET",)
LETTERS = {"allow": "A", "scoped": "s", "deny": "-"}


class Command(Base):
    help = "Print who may open what, with each grant's reason; --json for {url name: {method: {role: answer}}}."

    def work(self, **options: Any) -> dict[str, Any]:
        return {door.name: {method: door.answers() for method in door.methods or ANY} for door in doors()}

    def words(self, done: dict[str, Any]) -> str:
        lines = ["Grants", ""]
        for role in Role:
            lines.append(f"{role.label}")
            for permission, grant in GRANTS[role].items():
                when = ", once finalised" if grant.finalised else ""
                lines.append(f"  {permission.value:18} {grant.scope.value + when:24} {grant.why}")
        lines += ["", "Addresses: A every record, s only some, - not at all. In this order:"]
        lines += [", ".join(role.value for role in Role), ""]
        for name, methods in done.items():
            for method, answers in methods.items():
                row = " ".join(LETTERS[answers[role.value]] for role in Role)
                lines.append(f"{name:40} {method:5} {row}")
        return "\n".join(lines)
