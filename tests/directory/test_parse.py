"""Records of odd feeds become services, or a list of reasons why not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.directory.gateway import gazetteer
from companion.directory.rules import oruk
from companion.directory.rules.parse import external_id, parse_service, record_hash
from companion.directory.rules.record import Level, Record, Status
from companion.directory.rules.search import document_words, query_words, stem
from companion.directory.rules.tables import assemble, join_tables, table_name
from companion.directory.rules.topics import topics_of
from tests.directory.builders import TOPICS, Raw, a_place, a_schedule, a_service, an_address, an_id


def parsed(raw: Raw) -> Record:
    """Return the record of a raw service that is usable."""
    record, _ = parse_service(raw, "/contents/0", gazetteer())
    assert record is not None
    return record


def codes(raw: Any) -> set[tuple[str, str]]:
    """Return (field, code) of what was wrong."""
    return {(problem.field, problem.code) for problem in parse_service(raw, "", gazetteer())[1]}


def test_a_good_service_has_nothing_wrong() -> None:
    record, problems = parse_service(a_service())
    assert problems == []
    assert record is not None
    assert (record.name, record.organisation, record.status) == (
        "Leeds Debt Advice",
        "Northside Advice",
        "active",
    )
    assert (record.places[0].lat, record.places[0].postcode) == (53.7965, "LS1 4AP")
    assert record.assured_on == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("raw", "field", "code"),
    [
        ("text", "", "not_an_object"),
        (None, "", "not_an_object"),
        ({"name": "No id"}, "id", "id_missing"),
        ({"id": True, "name": "Bad id"}, "id", "id_missing"),
        ({"id": "1"}, "name", "name_missing"),
        ({"id": "1", "name": "<p></p>"}, "name", "name_missing"),
    ],
)
def test_records_that_cannot_be_used_are_rejected_with_the_field(raw: Any, field: str, code: str) -> None:
    record, problems = parse_service(raw, "/contents/7")
    assert record is None
    reject = next(problem for problem in problems if problem.code == code)
    assert (reject.pointer, reject.field, reject.level) == ("/contents/7", field, Level.REJECT)
    assert reject.message.endswith(".")


def test_placeholders_and_minus_one_ages_are_left_out() -> None:
    raw = a_service(minimum_age=-1, maximum_age=-1, email="x@noemail.invalid", url="http://www.example.com")
    document = parsed(raw).document
    assert not {"minimum_age", "maximum_age", "email", "url"} & document.keys()
    assert ("minimum_age", "age_not_said") in codes(raw)
    assert ("email", "placeholder") in codes(raw)


def test_a_missing_position_comes_from_the_outcode_and_is_approximate() -> None:
    raw = a_service(service_at_locations=[a_place(None, None)])
    place = parsed(raw).places[0]
    assert place.approximate
    assert (place.lat, place.lon) == pytest.approx((53.80, -1.55), abs=0.05)
    assert ("service_at_locations/0/location/latitude", "position_from_outcode") in codes(raw)


def test_a_position_elsewhere_is_dropped_and_the_outcode_stands_in() -> None:
    raw = a_service(service_at_locations=[a_place(100, 101)])
    assert parsed(raw).places[0].approximate
    assert ("service_at_locations/0/location/latitude", "position_out_of_range") in codes(raw)


def test_swapped_coordinates_are_put_back() -> None:
    place = parsed(a_service(service_at_locations=[a_place(-1.5478, 53.7965)])).places[0]
    assert (place.lat, place.lon, place.approximate) == (53.7965, -1.5478, False)


def test_a_place_exactly_on_the_meridian_keeps_its_position() -> None:
    assert parsed(a_service(service_at_locations=[a_place(51.478, 0.0)])).places[0].lon == 0.0


def test_postcodes_are_written_properly() -> None:
    location = {"addresses": [an_address("ls14ap")]}
    place = parsed(a_service(service_at_locations=[a_place(location=location)])).places[0]
    assert place.postcode == "LS1 4AP"


def test_phones_without_ids_and_among_words_are_kept() -> None:
    phones = [{"number": "0800 0354213"}, {"number": "Youth MAPS: 0117 332 7111"}, {"number": "ask us"}]
    raw = a_service(contacts=[{"id": an_id("c"), "phones": phones}])
    kept = parsed(raw).document["contacts"][0]["phones"]
    assert [(p["number"], p.get("description")) for p in kept] == [
        ("0800 0354213", None),
        ("0117 332 7111", "Youth MAPS"),
    ]
    assert ("contacts/0/phones/2/number", "not_a_phone") in codes(raw)


def test_the_e_mail_address_of_who_checked_it_stays_behind() -> None:
    raw = a_service(
        assurer_email="person@council.gov.uk", pc_metadata={"assured_by": "person@council.gov.uk"}
    )
    assert "person@council" not in json.dumps(parsed(raw).document)


def test_markup_never_reaches_the_document() -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>Words"
    raw = a_service(
        hostile, description=hostile, fees=hostile, alert=hostile, eligibility_description=hostile
    )
    written = json.dumps(parsed(raw).document)
    assert "<" not in written
    assert "alert(1)" not in written


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("active", Status.ACTIVE),
        ("", Status.ACTIVE),
        (None, Status.ACTIVE),
        ("Temporarily Closed", Status.TEMPORARILY_CLOSED),
        ("defunct", Status.DEFUNCT),
        ("do not refer", Status.INACTIVE),
    ],
)
def test_states(word: Any, status: Status) -> None:
    assert parsed(a_service(status=word)).status is status


def test_older_names_are_understood() -> None:
    raw = a_service(
        regular_schedules=[{"freq": "week", "weekday": "Thursday", "opens_at": "9am", "closes_at": "5pm"}]
    )
    raw["service_at_locations"] = []
    raw["eligibilitys"] = [{"minimum_age": 16, "maximum_age": 25}]
    record = parsed(raw)
    assert record.openings[0].opens == 540
    assert (record.minimum_age, record.maximum_age) == (16, 25)
    later = a_service(operating_hours=[a_schedule()])
    assert parsed(later).openings


def test_a_second_reading_of_our_own_output_changes_nothing() -> None:
    schedules = [
        a_schedule(byday="FR", opens="22:00", closes="02:00"),
        a_schedule(opens="00:00", closes="24:00"),
    ]
    raw = a_service(
        schedules=schedules,
        contacts=[{"phones": [{"number": "Desk: 0113 496 0000"}]}],
        description="<p>Help</p>",
    )
    first = parsed(raw)
    out = oruk.published(_uuid(first.document["id"]), first.document)
    second = parsed(out)
    assert oruk.published(_uuid(second.document["id"]), second.document) == out


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


def test_ids_that_are_no_uuids_stay_themselves_and_stable() -> None:
    raw = a_service()
    raw["id"] = "svc/42"
    assert parsed(raw).external_id == external_id(raw) == "svc/42"
    assert parsed(raw).document["id"] == parsed(raw).document["id"] != "svc/42"
    assert len(external_id({"id": "x" * 5000}) or "") <= 200


def test_the_hash_changes_with_the_record_and_with_the_topics() -> None:
    raw = a_service()
    assert record_hash(raw) == record_hash(json.loads(json.dumps(raw)))
    assert record_hash(raw) != record_hash({**raw, "fees": "Free"})
    assert record_hash(raw, "one") != record_hash(raw, "two")


def test_topics_come_from_terms_or_else_from_keywords() -> None:
    assert topics_of(parsed(a_service()), TOPICS) == ["debt"]
    named = a_service(attributes=[{"taxonomy_term": {"code": "food", "name": "Food"}}])
    assert topics_of(parsed(named), TOPICS) == ["food"]
    assert topics_of(parsed(a_service("Choir", description="Singing")), TOPICS) == []
    split = a_service("Kitchen", description="We have food. Bank holidays closed.")
    assert topics_of(parsed(split), [TOPICS[2]]) == ["food"]


def test_words_are_folded_and_stemmed_alike_on_both_sides() -> None:
    assert query_words("Debts & MONEY advice, please!") == ["debt", "money", "advice", "please"]
    assert query_words("help with the") == ["help", "with", "the"]
    assert query_words("'\"*") == []
    assert [stem(word) for word in ("families", "debts", "address", "bus")] == [
        "family",
        "debt",
        "address",
        "bus",
    ]
    assert "cafe" in document_words(parsed(a_service("Café Créole")), [])


def test_tables_go_by_one_name_whatever_the_file_is_called() -> None:
    assert table_name("Address.csv") == table_name("data/addresses.csv") == "addresses"
    assert table_name("service_at_location.csv") == "service_at_locations"
    assert table_name("readme.csv") is None


def test_rows_become_nested_services() -> None:
    tables = join_tables([
        ("services", [{"id": "1", "name": "Advice", "organization_id": "o", "status": "active"}]),
        ("organizations", [{"id": "o", "name": "Org"}]),
        ("service_at_locations", [{"id": "l", "service_id": "1", "location_id": "p"}]),
        ("locations", [{"id": "p", "latitude": "53.8", "longitude": "-1.5"}]),
        ("addresses", [{"id": "a", "location_id": "p", "address_1": "1 Row", "postal_code": "LS1 4AP"}]),
        ("addresses", [{"id": "a", "location_id": "p", "address_1": "", "city": "Leeds"}]),
        ("contacts", [{"id": "c", "service_id": "1", "name": "Desk"}]),
        ("phones", [{"id": "t", "contact_id": "c", "service_id": "1", "number": "0113 496 0000"}]),
    ])  # fmt: skip
    (raw,) = assemble(tables)
    record = parsed(raw)
    assert (record.organisation, record.places[0].lat, record.places[0].address) == (
        "Org",
        53.8,
        "1 Row, Leeds",
    )
    assert record.document["contacts"][0]["phones"][0]["number"] == "0113 496 0000"
    assert "phones" not in record.document


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
FIELDS = [
    *a_service(), "contacts", "phones", "schedules", "cost_options", "attributes", "eligibilitys", "source",
    "freq", "byday", "opens_at", "closes_at", "interval", "bymonthday", "number", "amount", "minimum_age",
    "location", "latitude", "longitude", "addresses", "postal_code", "taxonomy_term", "dtstart", "valid_to",
    "email", "url",
]  # fmt: skip


@given(JSON)
def test_it_never_raises_on_any_json(raw: Any) -> None:
    record, problems = parse_service(raw, "", gazetteer())
    assert record is not None or problems
    assert record_hash(raw)


@given(
    st.dictionaries(st.sampled_from(FIELDS), JSON | st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON)))
)
def test_it_never_raises_on_known_fields_with_any_values(raw: Raw) -> None:
    record, _ = parse_service({"id": "1", "name": "A name", **raw}, "", gazetteer())
    if record is not None:
        json.dumps(oruk.published(_uuid(record.document["id"]), record.document), allow_nan=False)
        document_words(record, [])
