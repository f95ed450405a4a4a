"""The merge decision: five words, and the same end whatever the order of arrival."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from companion.core.merge import MOST_SKEW, Outcome, Stamp, clamp, decide, digest_of

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
stamps = st.builds(
    Stamp,
    recorded_at=st.integers(0, 3).map(lambda minutes: AT + timedelta(minutes=minutes)),
    digest=st.sampled_from("abc"),
)


def stored_after(stamps_in_order: tuple[Stamp, ...]) -> Stamp:
    """Return what is stored after these arrive one by one, kept as the houses keep it."""
    stored: Stamp | None = None
    for incoming in stamps_in_order:
        outcome = decide(stored, incoming)
        if outcome in (Outcome.NEW, Outcome.UPDATED):
            stored = incoming
        elif outcome is Outcome.IDENTICAL and stored is not None:
            stored = Stamp(max(stored.recorded_at, incoming.recorded_at), stored.digest)
    assert stored is not None
    return stored


@given(st.lists(stamps, min_size=1, max_size=4))
def test_every_order_of_arrival_ends_in_the_same_state(sent: list[Stamp]) -> None:
    assert len({stored_after(order).digest for order in permutations(sent)}) == 1


@given(stamps)
def test_a_repeat_is_identical(stamp: Stamp) -> None:
    assert decide(stamp, stamp) is Outcome.IDENTICAL


def test_a_deleted_record_stays_deleted() -> None:
    gone = Stamp(AT, "a", deleted=True)
    assert decide(gone, Stamp(AT + timedelta(days=9), "b")) is Outcome.DISCARDED


def test_a_phone_clock_that_runs_ahead_is_held() -> None:
    assert clamp(AT + timedelta(days=400), AT) == AT + MOST_SKEW
    assert clamp(AT - timedelta(days=400), AT) == AT - timedelta(days=400)


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest_of({"a": 1, "b": [1, 2]}) == digest_of({"b": [1, 2], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 2})
