"""The organization file: communities, estates, units, people, grids, groups and contacts."""

from handlers.organization.entries import Organization
from handlers.organization.importing import import_organization
from handlers.organization.mistakes import OrganizationRefused
from handlers.organization.parsing import parse_organization
from handlers.organization.report import OrganizationImported, TableImported, described
from handlers.organization.sheets import organization_from_sheets

__all__ = [
    "Organization",
    "OrganizationImported",
    "OrganizationRefused",
    "TableImported",
    "described",
    "import_organization",
    "organization_from_sheets",
    "parse_organization",
]
