"""Missed visits: counted only from what was marked, and said only in the words of an organisation."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from companion.content import gateway
from companion.content.rules import ContentFault, parse_policy, parse_products
from companion.treatment import use_cases
from companion.treatment.rules import SAFETY_TEXT, Code, MissedPolicy, missed_days, missed_run, missed_text
from tests.content.plain_words import never_words, reading
from tests.treatment.plans import a_phase, a_place, a_plan, from_to

POLICY = MissedPolicy(on=True, limit=3, before="Before.", at_limit="At the limit.", naloxone="Naloxone.")
TODAY = date(2026, 6, 19)
VISITS = from_to(a_plan(), "2026-06-01", "2026-06-19")


COLLECTED = [one for one in VISITS if one.what == "collect"]


def answers_of(marks: str) -> dict[UUID, str]:
    """Return the answers for visits marked in order: d done, s skipped, n not done, . not marked."""
    words = {"d": "done", "s": "skipped", "n": "not_done", ".": "not_said"}
    return {one.reminder_id: words[mark] for one, mark in zip(COLLECTED, marks, strict=True)}


def run_of(marks: str, today: date = TODAY) -> int:
    """Return the run for visits marked in order."""
    return missed_run(VISITS, answers_of(marks), today)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ("ddddddddd", 0),
        (".........", 0),
        ("ddddddddn", 1),
        ("dddddddns", 2),
        ("ddddddnsn", 3),
        ("nnnnnnnnd", 0),
        ("ddddddn.n", 2),
        ("dddddd.d.", 0),
        ("nnnnnnnnn", 9),
    ],
)
def test_done_missed_and_not_marked_are_three_things(marks: str, expected: int) -> None:
    assert run_of(marks) == expected


def test_days_to_come_and_other_kinds_do_not_count() -> None:
    assert run_of("nnnnnnnnn", TODAY - timedelta(days=1)) == 8
    home = from_to(a_plan(kind="at_home", phases=[a_phase(take_home=False)]), "2026-06-01", "2026-06-19")
    assert missed_run(home, {one.reminder_id: "skipped" for one in home}, TODAY) == 0


def test_a_closed_day_that_an_earlier_visit_stands_in_for_is_passed_over() -> None:
    visits = from_to(a_plan(), "2026-05-01", "2026-05-06")
    answers = {one.reminder_id: "skipped" for one in visits if one.on > date(2026, 5, 1)}
    assert missed_run(visits, answers, date(2026, 5, 6)) == 1
    assert missed_days(visits, answers, date(2026, 5, 6)) == (date(2026, 5, 6),)


def test_several_times_on_one_day_are_one_visit() -> None:
    visits = from_to(a_plan(phases=[a_phase(times=["09:00", "17:00"])]), "2026-06-15", "2026-06-17")
    ids = [one.reminder_id for one in visits if one.time is not None]
    assert missed_run(visits, dict.fromkeys(ids, "skipped"), TODAY) == 2
    assert missed_run(visits, {ids[2]: "done", ids[3]: "skipped"}, TODAY) == 0
    assert missed_days(visits, {ids[2]: "done", ids[3]: "skipped"}, TODAY) == ()
    assert missed_days(visits, {ids[3]: "skipped"}, TODAY) == (date(2026, 6, 17),)


@given(st.text("dns.", min_size=9, max_size=9))
def test_the_run_is_the_misses_after_the_last_one_done(marks: str) -> None:
    tail = marks.rpartition("d")[2]
    assert run_of(marks) == tail.count("n") + tail.count("s")


@given(st.text("dns.", min_size=9, max_size=9), st.integers(0, 20))
def test_the_missed_days_are_those_marked_as_missed_and_no_other(marks: str, ago: int) -> None:
    today = TODAY - timedelta(days=ago)
    missed = (one.on for one, mark in zip(COLLECTED, marks, strict=True) if mark in "sn")
    assert missed_days(VISITS, answers_of(marks), today) == tuple(on for on in missed if on <= today)
    assert missed_days(VISITS, {}, today) == ()


def test_nothing_is_said_unless_the_policy_is_on_and_something_was_missed() -> None:
    assert missed_text(MissedPolicy(), 5) == []
    assert missed_text(POLICY, 0) == []


@pytest.mark.parametrize(
    ("run", "code"), [(1, Code.MISSED_BEFORE), (2, Code.MISSED_BEFORE), (3, Code.MISSED_AT_LIMIT)]
)
def test_the_words_change_at_the_limit_and_bring_a_number_to_call(run: int, code: Code) -> None:
    place = a_plan(place=a_place()).place
    said = missed_text(POLICY, run, place)
    assert [one.code for one in said] == [code, Code.MISSED_NALOXONE]
    assert said[0].call == "0113 496 0000"
    assert missed_text(POLICY, run)[0].call is None


def test_the_sample_policy_is_off_with_a_limit_of_three_and_says_nothing_it_must_not() -> None:
    policy = use_cases.missed_policy()
    assert (policy.on, policy.limit) == (False, 3)
    said = [policy.before, policy.at_limit, policy.naloxone, SAFETY_TEXT]
    assert [found for text in said for found in never_words(text)] == []
    assert reading(said).grade < 7


def sample(name: str) -> Any:
    """Return a file of the content folder, to be changed."""
    return yaml.safe_load((Path(gateway.content_dir()) / "treatment" / name).read_text("utf-8"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"limit": 0}, "limit: Enter a whole number"),
        ({"switched_on": "yes"}, "switched_on: Enter true or false"),
        ({"before": "Take your dose twice."}, "before: Take out “Take”"),
        ({"at_limit": "You can have 5 mg."}, "at_limit: Take out “5 mg”"),
        ({"naloxone": "We are monitoring you."}, "naloxone: Take out “monitoring”"),
        ({"more": 1}, "more: We do not know this field"),
    ],
)
def test_a_policy_that_is_wrong_or_advises_is_refused(change: dict[str, Any], said: str) -> None:
    raw = sample("policy.yaml")
    raw["missed_collections"] |= change
    with pytest.raises(ContentFault) as fault:
        parse_policy(raw, "policy.yaml")
    assert any(said in sentence for sentence in fault.value.sentences), fault.value.sentences


def test_a_product_needs_a_window_that_fits_a_source_and_a_date() -> None:
    raw = sample("products.yaml")
    raw["products"][0] |= {"window_before_days": 15, "source": {"url": "http://x.org"}}
    raw["products"][1]["key"] = "weekly_injection"
    with pytest.raises(ContentFault) as fault:
        parse_products(raw, "products.yaml")
    words = " ".join(fault.value.sentences)
    for part in ("window_before_days", "source.url", "source.checked_on", "weekly_injection"):
        assert part in words


def test_an_organisation_without_these_files_has_neither(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(gateway.content_dir(), tmp_path / "own", ignore=shutil.ignore_patterns("treatment"))
    found = gateway.load(tmp_path / "own")
    assert found.products == ()
    assert not found.missed_policy.switched_on
