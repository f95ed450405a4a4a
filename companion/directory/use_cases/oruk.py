"""The directory as Open Referral UK 3.0 gives it out: lists with filters that add up, and single services."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from companion.core.errors import NotFound
from companion.directory import models
from companion.directory.rules import oruk, search
from companion.directory.rules.record import Json


@dataclass(frozen=True, slots=True)
class ServiceFilter:
    """The filters of the standard; every one given narrows what the others left."""

    search: str = ""
    page: int = 1
    per_page: int = 50
    taxonomy_term_id: UUID | None = None
    taxonomy_id: UUID | None = None
    organization_id: UUID | None = None
    modified_after: datetime | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    full: bool = False


def list_published(session: Session, wanted: ServiceFilter) -> Json:
    """Return one page of shown services, ordered by id, in the standard's envelope."""
    conditions = _conditions(session, wanted)
    service = models.Service
    total = session.scalar(select(func.count()).select_from(service).where(*conditions)) or 0
    rows = session.execute(
        select(service.id, service.record)
        .where(*conditions)
        .order_by(service.id)
        .limit(wanted.per_page)
        .offset((wanted.page - 1) * wanted.per_page)
    )
    contents = [oruk.published(own_id, json.loads(record), full=wanted.full) for own_id, record in rows]
    return oruk.envelope(contents, total, wanted.page, wanted.per_page)


def _conditions(session: Session, wanted: ServiceFilter) -> list[ColumnElement[bool]]:
    service, term = models.Service, models.Term
    found: list[Any] = [service.shown]
    if wanted.search.strip():
        words = search.query_words(wanted.search)
        # A question of signs only finds nothing; it must not find everything.
        found.append(service.number.in_(models.matching(session, words)) if words else service.number < 0)
    if wanted.taxonomy_term_id is not None:
        named = select(term.service_number).where(term.term_id == wanted.taxonomy_term_id)
        found.append(service.number.in_(named))
    if wanted.taxonomy_id is not None:
        named = select(term.service_number).where(term.taxonomy_id == wanted.taxonomy_id)
        found.append(service.number.in_(named))
    if wanted.organization_id is not None:
        found.append(service.organisation_id == wanted.organization_id)
    if wanted.modified_after is not None:
        found.append(service.last_modified > wanted.modified_after)
    # Ages overlap: a service without an end to its ages takes everybody on that side.
    if wanted.minimum_age is not None:
        found.append(or_(service.maximum_age.is_(None), service.maximum_age >= wanted.minimum_age))
    if wanted.maximum_age is not None:
        found.append(or_(service.minimum_age.is_(None), service.minimum_age <= wanted.maximum_age))
    return found


def get_published(session: Session, service_id: UUID) -> Json:
    """Return one shown service whole, or raise NotFound."""
    record = session.scalar(
        select(models.Service.record).where(models.Service.id == service_id, models.Service.shown)
    )
    if record is None:
        raise NotFound
    return oruk.published(service_id, json.loads(record))
