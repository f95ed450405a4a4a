"""The first look at the records of a feed: what is new or has changed, before anything is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from companion.directory.gateway import Given
from companion.directory.rules.parse import is_rejected
from companion.directory.use_cases.reading import is_written_from, own_id, says_the_same, text_of
from companion.directory.use_cases.reports import Run

# What is to be done with a record: nothing, write it or say why not, say that its id came again, or tell
# who listens what is wrong with it though it has not changed.
NOTHING, WRITE, AGAIN, TOLD = range(4)

Ask = Callable[[Sequence[str]], Mapping[str, str]]


def look(run: Run, records: Iterable[Given], kept_hashes: Ask) -> bytes:
    """Return a mark for each of some records; counts what needs no more than counting.

    What a record says is let go of at once when its text tells it again: holding some hundreds of them would
    cost more than reading them.
    """
    report, seen, marks = run.report, run.seen, bytearray()
    fresh: list[tuple[int, str, Given, str]] = []
    for number, one in enumerate(records):
        own = own_id(one.raw)
        marks.append(NOTHING)
        if not own:
            marks[number] = WRITE
            report.rejected += 1
            run.refused += 1
        elif own in seen:
            seen[own] += 1
            report.duplicates += 1
            marks[number] = AGAIN if seen[own] == 2 else NOTHING
        elif run.first:
            seen[own] = 1
            marks[number] = WRITE
            run.refused += run.judges and is_rejected(one.raw)
        else:
            seen[own] = 1
            # What was fetched by itself may have changed though its entry in the list has not.
            text = "" if one.fetched else text_of(one, run.fixes.get(own), run.salt)
            fresh.append((number, own, Given(one.where, None, one.text) if text else one, text))
    report.total += len(marks)
    before = kept_hashes([own for _, own, _, _ in fresh]) if fresh else {}
    for number, own, one, text in fresh:
        kept_hash = before.get(own, "")
        if not is_written_from(kept_hash, text, run.stamp):
            raw = json.loads(one.text) if text else one.raw
            if not says_the_same(kept_hash, raw, run.fixes.get(own), run):
                marks[number] = WRITE
                run.refused += run.judges and is_rejected(raw)
                continue
        report.unchanged += 1
        marks[number] = NOTHING if run.tell is None else TOLD
    return bytes(marks)
