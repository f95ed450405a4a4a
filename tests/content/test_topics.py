"""Topics: every one has words that are about it and words that only look so."""

from __future__ import annotations

import pytest

from companion.content import use_cases
from companion.directory.rules.parse import parse_service
from companion.directory.rules.topics import topics_of
from tests.directory.builders import a_service

TOPICS = use_cases.topics()
# Topic: what a service of it writes, and what one that is not of it writes.
EXAMPLES = {
    "crisis": ("A listening line for people in distress.", "A centre of calm, with a garden."),
    "drug_service": ("A drug and alcohol service.", "A chemist for drugs your GP gives you."),
    "drug_information": ("Drug checking and harm reduction advice.", "Advice on money."),
    "naloxone": ("Take-home naloxone.", "First aid kits."),
    "needle_exchange": ("Needle exchange.", "Knitting needles in exchange for wool."),
    "pharmacy": ("Supervised consumption by the pharmacist.", "A shop for paint."),
    "detox_rehab": ("Residential treatment and detox.", "A hostel."),
    "mutual_aid": ("A SMART Recovery group.", "A smart suit for a new start."),
    "alcohol": ("Help to cut down drinking.", "Free drinking water."),
    "family_support": ("For families affected by a relative's use.", "A family day out at the farm."),
    "blood_tests": ("HIV tests.", "Eye testing."),
    "gp_dentist": ("A GP surgery.", "A gardener who comes to you."),
    "mental_health": ("Counselling for anxiety.", "Council tax counters."),
    "housing": ("Help when your landlord wants you out.", "Help to claim housing benefit."),
    "homelessness": ("A night shelter.", "A bus shelter."),
    "debt": ("Help with a bailiff at the door.", "We owe you a debt of gratitude."),
    "benefits": ("Help with Universal Credit.", "The benefits of walking."),
    "bills": ("A voucher for your prepayment meter.", "A parking meter."),
    "food": ("A food bank.", "A pet food bank."),
    "work": ("Jobs and a CV.", "Doing a good job for dogs."),
    "learning": ("A course in maths.", "Of course you can come."),
    "volunteering": ("Volunteer with us.", "Run by volunteers."),
    "criminal_record": ("Help before you go to court.", "A tennis court."),
    "legal": ("A law centre.", "The town centre."),
    "parenting": ("A family hub for parents.", "A hub for bicycles."),
    "single_parents": ("For lone parents.", "For people who live on their own."),
    "child_safety": ("Are you worried about a child?", "Are you worried about a bill?"),
    "home_violence": ("Help with coercive control.", "Pest control."),
    "women": ("A women's centre.", "A centre for all."),
    "men": ("A men's shed.", "A garden shed."),
    "lgbt": ("For trans and gay people.", "For everybody in Gayton."),
    "young_people": ("A youth club.", "A club for bridge."),
    "older_people": ("For people in later life.", "Open until later."),
    "veterans": ("For people who served in the armed forces.", "Veteran cars."),
    "refugees": ("For people who seek asylum.", "A refuge from the rain."),
    "gambling": ("Help with betting.", "Help with a better diet."),
    "bereavement": ("When grief is hard.", "When you have a grievance."),
    "activities": ("A walking group.", "A walking stick."),
    "dentist": ("An NHS dentist.", "A GP surgery."),
    "wound_care": ("A wound clinic, and help with an abscess.", "A clinic for feet."),
    "hepatitis_c": ("Hep C tests in ten minutes.", "A vaccine for hepatitis B."),
    "school_costs": ("A school uniform bank.", "A museum of army uniforms."),
    "furniture": ("Low-cost furniture and white goods.", "A map of street furniture."),
    "phones_data": ("A free SIM card and data.", "How we keep your personal data."),
    "prison_leavers": ("Through the gate, from the first day.", "Go through the garden gate."),
    "id_documents": ("Help to get a birth certificate.", "A birthday party."),
    "benefit_appeals": ("Help with mandatory reconsideration.", "An appeal for tins."),
    "womens_refuge": ("Refuge accommodation for women.", "A refuge for hedgehogs."),
    "pregnancy": ("Antenatal care by a midwife.", "A nursery for plants."),
    "showers": ("Showers and laundry each morning.", "We sell shower gel."),
    "carers": ("For carers of any age.", "A careers fair."),
    "immigration": ("Advice on settled status.", "Furniture for a house where you have settled."),
    "sexual_health": ("Sexual health and contraception.", "A health food shop."),
}  # fmt: skip


def topics(words: str, **more: object) -> list[str]:
    """Return the topics of a service that writes these words."""
    record, _ = parse_service(a_service("A service", description=words, **more))
    assert record is not None
    return topics_of(record, TOPICS)


def test_every_topic_has_an_example_each_way() -> None:
    assert list(EXAMPLES) == [topic.key for topic in TOPICS]
    assert 40 <= len(TOPICS) <= 60


@pytest.mark.parametrize("key", EXAMPLES)
def test_words_that_are_about_it_and_words_that_are_not(key: str) -> None:
    about, not_about = EXAMPLES[key]
    assert key in topics(about)
    assert key not in topics(not_about)


def test_a_phrase_that_means_something_else_hides_nothing_beside_it() -> None:
    assert "learning" in topics("Of course there is a course.")
    assert "criminal_record" in topics("Court support, near the tennis court.")


def test_a_term_of_open_eligibility_gives_the_topic() -> None:
    attributes = [{"taxonomy_term": {"name": "Credit Counseling"}}]
    assert topics("Help.", attributes=attributes) == ["debt"]
    assert topics("Help.", attributes=[{"taxonomy_term": {"name": "Burn Survivors"}}]) == []


def test_a_topic_a_service_names_itself_comes_before_words() -> None:
    own = [{"taxonomy_term": {"name": "Food and clothes", "code": "food"}}]
    assert topics("Help with debt.", attributes=own) == ["food"]
