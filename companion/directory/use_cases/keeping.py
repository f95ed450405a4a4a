"""Write down a page of a feed: what is new or has changed in it, and what was wrong."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from companion.directory.gateway import Given, Page
from companion.directory.rules.care import corrected
from companion.directory.rules.own_list import own_topics
from companion.directory.rules.parse import parse_service
from companion.directory.rules.record import Level, Problem, Record
from companion.directory.rules.shape import SENTENCES
from companion.directory.use_cases.looking import AGAIN, TOLD
from companion.directory.use_cases.notes import Noted, note, tell_of
from companion.directory.use_cases.reading import fill_positions, fixes_of, own_id, read_changed, stored
from companion.directory.use_cases.reports import Run
from companion.directory.use_cases.writing import Known, write_records


def keep_page(session: Session, run: Run, page: Page, marks: bytes) -> None:
    """Write down what `look` has marked on a page."""
    report, fresh = run.report, dict[str, Given]()
    problems: list[Noted] = []
    for one, mark in zip(page.records, marks, strict=True):
        own = own_id(one.raw) if mark else ""
        if mark == AGAIN:
            problems.append((own or "", _twice(one.where), one.raw))
        elif mark == TOLD:
            raw = corrected(one.raw, run.fixes.get(own or "", {}))
            tell_of(run, [(own or "", problem, one.raw) for problem in parse_service(raw, one.where)[1]])
        elif mark and own:
            fresh[own] = one
        elif mark:
            problems += [("", problem, one.raw) for problem in parse_service(one.raw, one.where)[1]]
    known = stored(session, run.feed_id, list(fresh)) if fresh else {}
    found = read_changed(fresh, known, fixes_of(session, run.feed_id) if known else {}, run.salt)
    run.looked_at.update(read.own_id for read in found)
    fill_positions(session, found, run.stamp)
    changed: list[tuple[Record, str, Known | None]] = []
    for read in found:
        problems += [(read.own_id, problem, fresh[read.own_id].raw) for problem in read.notes.problems]
        record, before = read.record, read.known
        if record is None:
            report.rejected += 1
            continue
        named = own_topics(record.document, run.topics)
        record = replace(record, term_ids=(*named, *record.term_ids)) if named else record
        report.new += before is None
        report.updated += before is not None and not before.retired
        report.returned += before is not None and before.retired
        report.without_position += not any(place.lat is not None for place in record.places)
        changed.append((record, read.digest, before))
    if not run.dry:
        write_records(session, run.feed_id, changed, run.topics, run.now)
    note(session, run, problems)


def _twice(pointer: str) -> Problem:
    return Problem(pointer, "id", "duplicate_id", SENTENCES["duplicate_id"], Level.DROPPED)
