"""Texts staff send often, with variables in braces: {小区}, {时间}, {原因}."""

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.broadcasts.orders import Order
from handlers.errors.broadcasts import NoSuchTemplate, TemplateIncomplete, TemplateTooLong, VariablesMissing
from nlp.broadcasts.targets import Target, TargetKind
from storage.broadcasts import templates
from storage.models.broadcasts import BroadcastTemplate
from storage.models.people import Person

VARIABLE = re.compile(r"[{｛]\s*([^{}｛｝\s]{1,10})\s*[}｝]")
ESTATE = "小区"  # this variable also says whom it is for, when nothing else does
LONGEST_NAME, LONGEST_TEXT = 32, 1300  # characters; the text of one task holds 4000 bytes


def keep_template(db: Connection, staff: Person, name: str, text: str, *, now: datetime) -> str:
    """The community has this template from now on; gives the other words it had under that name."""
    name, text = name.strip(), text.strip()
    if not name or not text:
        raise TemplateIncomplete
    if len(name) > LONGEST_NAME or len(text) > LONGEST_TEXT:
        raise TemplateTooLong(LONGEST_NAME, LONGEST_TEXT)
    older = templates.template_named(db, staff.community_id or 0, name)
    templates.keep_template(db, staff.community_id or 0, name, text=text, person_id=staff.id, now=now)
    record(db, staff, Audited.TEMPLATE_KEPT, now=now, data={"template": name})
    return older.text if older is not None and older.text != text else ""


def listed_templates(db: Connection, staff: Person) -> list[BroadcastTemplate]:
    """The templates of the community, by name."""
    return templates.templates_of(db, staff.community_id or 0)


def remove_template(db: Connection, staff: Person, name: str, *, now: datetime) -> BroadcastTemplate:
    """The template is gone; `NoSuchTemplate` when there was none."""
    found = _named(db, staff.community_id or 0, name)
    templates.remove_template(db, found.id)
    record(db, staff, Audited.TEMPLATE_REMOVED, now=now, data={"template": found.name})
    return found


def variables_of(text: str) -> list[str]:
    """The names in braces, each once, in their order."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def filled_in(db: Connection, community_id: int, order: Order) -> Order:
    """The order with the words of its template; 小区 is whom it is for when nobody was named.

    Raises `NoSuchTemplate`, or `VariablesMissing` with the names of those that were not given.
    """
    if not order.template:
        return order
    found = _named(db, community_id, order.template)
    given = {name.strip(): value.strip() for name, value in (order.variables or {}).items() if value.strip()}
    if not order.is_for_named and ESTATE in given:
        names = re.split(r"[、,，和\s]+", given[ESTATE])
        targets = tuple(Target(TargetKind.ESTATE, name, name) for name in names if name)
        order = replace(order, targets=targets or order.targets, is_for_named=True)
    elif order.is_for_named:
        given.setdefault(ESTATE, order.label)
    missing = [name for name in variables_of(found.text) if name not in given]
    if missing:
        raise VariablesMissing(found.name, missing, given)
    text = VARIABLE.sub(lambda each: given[each[1]], found.text)
    return replace(order, text="\n".join(part for part in (text, order.text) if part), template="")


def _named(db: Connection, community_id: int, name: str) -> BroadcastTemplate:
    found = templates.template_named(db, community_id, name.strip())
    if found is None:
        raise NoSuchTemplate(name, [each.name for each in templates.templates_of(db, community_id)])
    return found
