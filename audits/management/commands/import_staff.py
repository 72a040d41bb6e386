"""Import the month's staff extract."""

from audits.management.commands import import_cases
from audits.models import Import


class Command(import_cases.Command):
    help = "Import a staff extract (CSV or XLSX): people, teams, line managers, roles by job title, and who has left."
    kind = Import.Kind.STAFF
