"""Writing down what was refused or dropped, and taking the notes out again when a record is fine."""

from __future__ import annotations

from uuid import uuid5

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from companion.directory import models
from companion.directory.rules.record import Finding, Level, Problem
from companion.directory.use_cases.reports import Run

MOST_NOTED = 5000

# The feed's own id of the service, what is wrong with it, and the raw record.
Noted = tuple[str, Problem, object]


def tell_of(run: Run, problems: list[Noted]) -> None:
    """Tell who listens of every refusal and every dropped fact."""
    if run.tell is None:
        return
    for _, problem, raw in problems:
        if problem.level is not Level.MENDED:
            run.tell(Finding(run.report.source, problem, raw))


def note(session: Session, run: Run, problems: list[Noted]) -> None:
    """Write down what was refused or dropped; what was only mended is counted."""
    run.report.problems.update(problem.code for _, problem, _ in problems)
    tell_of(run, problems)
    rows = []
    for own, problem, _ in problems:
        if problem.level is Level.MENDED:
            continue
        if problem.level is Level.REJECT and len(run.report.rejects) < MOST_NOTED:
            run.report.rejects.append(problem)
        # The same finding has the same id next time, so a second run writes nothing.
        row_id = uuid5(run.feed_id, f"{own or problem.pointer}|{problem.field}|{problem.code}")
        if row_id in run.noted or len(run.noted) >= MOST_NOTED:
            continue
        run.noted.add(row_id)
        rows.append({
            "id": row_id, "feed_id": run.feed_id, "external_id": own, "level": str(problem.level),
            "pointer": problem.pointer[:300], "field": problem.field[:300], "code": problem.code,
            "message": problem.message,
        })  # fmt: skip
    if not rows or run.dry:
        return
    reject = models.Reject
    known = set(session.scalars(select(reject.id).where(reject.id.in_([row["id"] for row in rows]))))
    missing = [row for row in rows if row["id"] not in known]
    if missing:
        session.execute(insert(models.Reject), missing)


def forget_old_notes(session: Session, run: Run) -> None:
    """Take out notes about records that are fine by now; notes about unchanged records stay."""
    if not run.report.complete:
        return
    reject = models.Reject
    rows = session.execute(select(reject.id, reject.external_id).where(reject.feed_id == run.feed_id))
    stale = [
        row_id for row_id, own in rows
        if row_id not in run.noted and (own in run.looked_at or own not in run.seen)
    ]  # fmt: skip
    for start in range(0, len(stale), 500):
        session.execute(delete(reject).where(reject.id.in_(stale[start : start + 500])))
