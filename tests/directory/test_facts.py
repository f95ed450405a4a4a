"""Facts about a service: each is yes, no or not said, in words people write and in fields of the standard."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.directory.rules.facts import FACTS, facts_of, folded
from companion.directory.rules.facts_words import WORDS
from companion.directory.rules.record import Said

YES, NO, UNSAID = Said.YES, Said.NO, Said.NOT_SAID
# Fact, answer, words: what people write of a service.
SAID: tuple[tuple[str, Said, str], ...] = (
    ("self_referral", YES, "You can self-refer by phone."),
    ("self_referral", YES, "No referral needed."),
    ("self_referral", YES, "You do not need a referral."),
    ("self_referral", YES, "You can get in touch yourself."),
    ("self_referral", YES, "Self-referral or GP referral."),
    ("self_referral", YES, "GP or self-referral"),
    ("self_referral", YES, "Self-referral only."),
    ("self_referral", YES, "Access is via GP referral or self-referral."),
    ("self_referral", NO, "Self referrals are not accepted."),
    ("self_referral", NO, "Referral only."),
    ("self_referral", NO, "No self-referrals."),
    ("self_referral", NO, "We cannot take self referrals."),
    ("self_referral", NO, "You must be referred by your key worker."),
    ("self_referral", NO, "A GP referral is needed"),
    ("self_referral", UNSAID, "No drop-in."),
    ("self_referral", UNSAID, "Advice about money."),
    ("drop_in", YES, "Drop-in every Tuesday."),
    ("drop_in", YES, "A drop-in centre in town."),
    ("drop_in", YES, "No appointment needed, just turn up."),
    ("drop_in", YES, "You don't need an appointment."),
    ("drop_in", YES, "Walk-in clinic"),
    ("drop_in", NO, "No drop-in."),
    ("drop_in", NO, "We do not offer a drop-in."),
    ("drop_in", NO, "Drop-in sessions are suspended."),
    ("drop_in", NO, "By appointment only."),
    ("drop_in", NO, "Booking is essential."),
    ("drop_in", UNSAID, "After a drop in income, we can help."),
    ("drop_in", UNSAID, "Flats with a walk-in shower."),
    ("drop_in", UNSAID, "Drop-in on Mondays. Other days by appointment only."),
    ("no_id", YES, "No ID needed."),
    ("no_id", YES, "We do not need ID."),
    ("no_id", YES, "We don't ask for any ID or proof of address."),
    ("no_id", YES, "Open to people with no fixed address."),
    ("no_id", YES, "You can register without proof of address."),
    ("no_id", YES, "Proof of address is not required."),
    ("no_id", NO, "Proof of address required."),
    ("no_id", NO, "Proof of residence is required."),
    ("no_id", NO, "Please bring photo ID."),
    ("no_id", NO, "You will need to bring some ID."),
    ("no_id", NO, "No ID, no entry."),
    ("no_id", NO, "We cannot see you without ID."),
    ("no_id", UNSAID, "Our address is 1 Park Row."),
    ("no_id", UNSAID, "Help to get an ID card."),
    ("on_script", YES, "We welcome people on a script."),
    ("on_script", YES, "People taking methadone can stay."),
    ("on_script", YES, "We prescribe methadone and buprenorphine."),
    ("on_script", YES, "Opioid substitution treatment"),
    ("on_script", YES, "OST and talking help."),
    ("on_script", YES, "You do not need to be abstinent."),
    ("on_script", NO, "You must be abstinent."),
    ("on_script", NO, "Residents must be drug-free."),
    ("on_script", NO, "You must be alcohol and drug free."),
    ("on_script", NO, "Clients on methadone not accepted."),
    ("on_script", NO, "You must be fully detoxed before you come."),
    ("on_script", NO, "Not suitable for people on a script."),
    ("on_script", NO, "We cannot take people on methadone."),
    ("on_script", UNSAID, "Help with prescription charges."),
    ("on_script", UNSAID, "You must be abstinent from alcohol."),
    ("on_script", UNSAID, "A group that writes film scripts."),
    ("on_script", UNSAID, "Leaflets about methadone."),
    ("children", YES, "Children are welcome."),
    ("children", YES, "We welcome families."),
    ("children", YES, "Bring your kids."),
    ("children", YES, "There is a crèche."),
    ("children", NO, "No children, please."),
    ("children", NO, "You cannot bring children."),
    ("children", NO, "Adults only."),
    ("children", UNSAID, "There is no crèche."),
    ("children", UNSAID, "Money for school children."),
    ("dogs", YES, "Dogs are welcome."),
    ("dogs", YES, "A pet-friendly hostel with kennels."),
    ("dogs", NO, "No dogs."),
    ("dogs", NO, "Not suitable for dogs except assistance dogs."),
    ("dogs", NO, "Assistance dogs only."),
    ("dogs", UNSAID, "Assistance dogs are welcome."),
    ("dogs", UNSAID, "We serve hot dogs; everybody is welcome."),
    ("step_free", YES, "Step-free from the street."),
    ("step_free", YES, "Wheelchair accessible."),
    ("step_free", YES, "There are no steps."),
    ("step_free", NO, "Not wheelchair accessible."),
    ("step_free", NO, "No step-free access."),
    ("step_free", NO, "We are up two flights of stairs, there is no lift."),
    ("step_free", NO, "There are two steps at the entrance."),
    ("step_free", UNSAID, "Wheelchair access to the ground floor only."),
    ("step_free", UNSAID, "A 12-step free meeting."),
    ("step_free", UNSAID, "Limited wheelchair access."),
    ("step_free", UNSAID, "Accessible toilet."),
    ("free", YES, "Our help is free."),
    ("free", YES, "Free, confidential advice."),
    ("free", YES, "No charge."),
    ("free", NO, "There is a small charge."),
    ("free", NO, "£3 a session."),
    ("free", NO, "It is £3.50 per session."),
    ("free", UNSAID, "Free parking."),
    ("free", UNSAID, "An evening free from alcohol."),
    ("free", UNSAID, "A drug-free group. Feel free to ring."),
    ("free", UNSAID, "Help with debts over £5000."),
    ("women_only", YES, "Women only."),
    ("women_only", YES, "A refuge for women."),
    ("women_only", NO, "For men and women."),
    ("women_only", NO, "Men only."),
    ("women_only", NO, "Not just for women."),
    ("women_only", UNSAID, "We also run a women-only group."),
    ("women_only", UNSAID, "Everyone is welcome."),
    ("lgbt", YES, "For LGBTQ+ people."),
    ("lgbt", YES, "A group for gay and bisexual men."),
    ("lgbt", NO, "This is not an LGBT service."),
    ("lgbt", UNSAID, "Staff have had LGBT awareness training."),
    ("lgbt", UNSAID, "For everybody in Transport Street."),
    ("languages", YES, "Interpreters can be booked."),
    ("languages", YES, "We speak Polish and Urdu."),
    ("languages", NO, "We have no interpreters."),
    ("languages", NO, "English only."),
    ("languages", UNSAID, "Please do not use bad language."),
    ("languages", UNSAID, "English language classes."),
)


@pytest.mark.parametrize(
    ("fact", "answer", "words"), SAID, ids=[f"{fact}: {words}" for fact, _, words in SAID]
)
def test_words(fact: str, answer: Said, words: str) -> None:
    assert facts_of({"name": "A service", "description": words})[fact] is answer


def test_every_fact_is_tested_both_ways_and_with_traps() -> None:
    assert {(fact, answer) for fact, answer, _ in SAID} == {
        (fact, answer) for fact in FACTS for answer in Said
    }
    assert tuple(WORDS) == FACTS


def place(*access: dict[str, str], **more: Any) -> dict[str, Any]:
    """Return a link to a place that says something about getting in."""
    return {"location": {"accessibility": list(access), **more}}


def named(name: str, value: str | None = None) -> dict[str, Any]:
    """Return an attribute of a record."""
    return {"taxonomy_term": {"name": name}, **({} if value is None else {"value": value})}


@pytest.mark.parametrize(
    ("fact", "answer", "record"),
    [
        ("step_free", YES, {"service_at_locations": [place({"accessibility": "wheelchair"})]}),
        ("step_free", NO, {"service_at_locations": [place({"description": "No wheelchair access"})],
                           "description": "Step-free."}),
        ("step_free", UNSAID, {"service_at_locations": [place({"description": "Ramp"}),
                                                        place({"description": "Up three stairs"})]}),
        ("languages", YES, {"languages": [{"code": "pl"}]}),
        ("languages", YES, {"service_at_locations": [place(languages=[{"name": "Urdu"}])]}),
        ("languages", UNSAID, {"languages": [{"name": "English"}]}),
        ("languages", NO, {"interpretation_services": "None"}),
        ("languages", YES, {"interpretation_services": "Telephone interpreting"}),
        ("free", NO, {"cost_options": [{"amount": 5}], "description": "Our help is free."}),
        ("free", YES, {"cost_options": [{"amount": 0}]}),
        ("free", YES, {"fees": "Free"}),
        ("free", YES, {"fees_description": "£0.00"}),
        ("free", YES, {"fees": "No charges apply"}),
        ("free", NO, {"fees": "Free for residents, others £5"}),
        ("free", NO, {"fees": "Not free"}),
        ("free", UNSAID, {"fees": "Free parking"}),
        ("no_id", NO, {"required_documents": [{"document": "Photo ID"}]}),
        ("no_id", UNSAID, {"required_documents": [{"document": "No ID is needed"}]}),
        ("drop_in", YES, {"attributes": [named("Drop-in")], "description": "By appointment only."}),
        ("drop_in", NO, {"attributes": [named("Drop-in", "No")]}),
        ("drop_in", YES, {"attributes": [{"label": "Access", "value": "Drop-in"}]}),
        ("dogs", NO, {"attributes": [named("Dogs welcome", "false")]}),
        ("lgbt", YES, {"attributes": [named("LGBT+")]}),
        ("women_only", UNSAID, {"attributes": [named("For women")]}),
    ],
    ids=lambda part: str(part)[:60],
)  # fmt: skip
def test_a_field_or_attribute_comes_before_words(fact: str, answer: Said, record: dict[str, Any]) -> None:
    assert facts_of({"name": "A service", **record})[fact] is answer


def test_a_record_that_says_nothing() -> None:
    assert set(facts_of({"name": "A service"}).values()) == {UNSAID}


@given(st.text(max_size=300))
def test_any_text_has_three_states_and_no_capital_or_hyphen_changes_them(text: str) -> None:
    said = facts_of({"name": "A", "description": text})
    assert tuple(said) == FACTS
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    "word",
    ["any ", "no ", "not any ", "on a ", "bring your ", "welcome ", "two ", "there are a few ", "free ", "-"],
)
def test_a_text_made_to_be_slow_is_read_in_time(word: str) -> None:
    began = process_time()
    facts_of({"name": "A", "description": word * (20_000 // len(word)), "fees": word * 2000})
    assert process_time() - began < 1
