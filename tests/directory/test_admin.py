"""The admin's page over HTTP: what it shows, what it changes, and what is written down of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from companion.audit.models import AuditEvent
from companion.core.clock import FrozenClock
from companion.core.orm import Sessions
from companion.directory import models, use_cases
from companion.directory.rules.care import next_refresh
from companion.directory.rules.record import RULES_VERSION
from companion.directory.use_cases import ImportReport, Search, search_services
from companion.directory.use_cases.refreshing import LEASE
from tests.conftest import Client
from tests.directory.builders import TOPICS, a_place, a_service, an_id
from tests.directory.test_feeds import a_file
from tests.people import Cast

Import = Callable[..., ImportReport]
Clients = Callable[[str | None], Client]
DEBT = UUID(an_id("Leeds Debt Advice"))
BASE = "/api/directory/admin"
SERVICE = f"{BASE}/services/{DEBT}"


@pytest.fixture
def ada(client_for: Clients) -> Client:
    """The admin's browser."""
    return client_for("ada")


@pytest.fixture
def near_leeds(factory: Sessions, now: datetime) -> Callable[[], set[str]]:
    """Return the names a person finds near Leeds."""

    def take() -> set[str]:
        with factory() as session:
            found = search_services(session, Search(near="Leeds", per_page=100), now)
        return {card["name"] for card in found["items"]}

    return take


def source(ada: Any) -> dict[str, Any]:
    """Return the only source in full."""
    (one,) = ada.get(f"{BASE}/sources").json["items"]
    found: dict[str, Any] = ada.get(f"{BASE}/sources/{one['id']}").json
    assert {**found, **one} == found
    return found


def test_sources_tell_figures_age_and_the_first_things_that_were_wrong(
    imports: Import, ada: Any, now: datetime
) -> None:
    imports(a_service(), a_service("Ages", minimum_age="old"), {"id": an_id("nameless"), "description": "x"})
    found = source(ada)
    assert (found["services"], found["waiting"], found["retired"], found["reports"]) == (2, 0, 0, 0)
    assert (found["counts"]["total"], found["counts"]["rejected"]) == (3, 1)
    assert found["fetched_at"] == now.isoformat().replace("+00:00", "Z")
    assert (found["refresh"], found["approval"], found["older_rules"]) == ("by_hand", "shown", False)
    assert found["notes_total"] == len(found["notes"]) == 2
    assert [(note["level"], note["field"]) for note in found["notes"]] == [
        ("reject", "name"),
        ("dropped", "minimum_age"),
    ]
    assert all(note["message"].endswith(".") for note in found["notes"])


def test_of_many_things_that_were_wrong_the_first_fifty_stand_there(imports: Import, ada: Any) -> None:
    imports(*[a_service(f"S {number}", minimum_age="old") for number in range(60)])
    found = source(ada)
    assert (len(found["notes"]), found["notes_total"]) == (50, 60)


def test_a_service_is_found_by_words_of_its_name_whether_it_is_shown_or_not(
    imports: Import, ada: Any
) -> None:
    imports(a_service(), a_service("Shut", status="inactive"), a_service("100% food"), a_service("1000 food"))
    assert ada.put(f"{SERVICE}/hidden").json["state"] == "hidden"

    def found(text: str) -> list[tuple[str, str]]:
        items = ada.get(f"{BASE}/services", query_string={"text": text}).json["items"]
        return [(one["name"], one["state"]) for one in items]

    assert found("advice LEEDS") == [("Leeds Debt Advice", "hidden")]
    assert found("shut") == [("Shut", "not_running")]
    assert found("100%") == [("100% food", "shown")]
    assert found("nothing like it") == []
    assert len(found("northside")) == 4
    assert ada.get(f"{BASE}/services").status_code == 422


def test_of_many_services_the_first_fifty_are_listed_with_the_whole_number(imports: Import, ada: Any) -> None:
    imports(*[a_service(f"Service {number:02}") for number in range(60)])
    found = ada.get(f"{BASE}/services", query_string={"text": "service"}).json
    assert (len(found["items"]), found["total"]) == (50, 60)


def test_hiding_and_showing_take_effect_at_once(imports: Import, ada: Any, near_leeds: Any) -> None:
    imports(a_service())
    assert near_leeds() == {"Leeds Debt Advice"}
    assert ada.put(f"{SERVICE}/hidden").json["hidden_at"] is not None
    assert near_leeds() == set()
    assert ada.put(f"{SERVICE}/hidden").status_code == 200
    assert ada.delete(f"{SERVICE}/hidden").json["state"] == "shown"
    assert near_leeds() == {"Leeds Debt Advice"}


def test_corrections_show_what_stands_now_and_which_are_ours(imports: Import, ada: Any) -> None:
    imports(a_service(description="<p>Help with <b>debt</b></p>", minimum_age=16, email="a@northside.org.uk"))
    before = ada.get(SERVICE).json
    assert before["fields"]["description"] == "Help with debt"
    assert (before["fields"]["minimum_age"], before["fields"]["email"]) == ("16", "a@northside.org.uk")
    assert (before["fields"]["fees"], before["corrected"]) == ("", [])
    after = ada.put(f"{SERVICE}/corrections", json={"phone": "0113 496 0002", "fees": "Free"})
    assert after.json["fields"]["phone"] == "0113 496 0002"
    assert after.json["corrected"] == ["fees", "phone"]
    again = ada.delete(f"{SERVICE}/corrections")
    assert again.json["corrected"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, None),
        ({"colour": "red"}, "colour"),
        ({"url": "not an address"}, "url"),
        ({"name": ""}, "name"),
        ({"fees": "x" * 5000}, "fees"),
        ({"fees": 5}, "fees"),
    ],
    ids=["nothing", "unknown", "url", "no-name", "long", "number"],
)
def test_a_correction_that_cannot_be_is_a_sentence_at_its_field(
    imports: Import, ada: Any, body: dict[str, Any], field: str | None
) -> None:
    imports(a_service())
    answer = ada.put(f"{SERVICE}/corrections", json=body)
    assert answer.status_code == 422
    if field:
        assert answer.json["fields"][field].endswith(".")


def test_reports_are_listed_and_settled(imports: Import, ada: Any, client_for: Clients) -> None:
    imports(a_service())
    for reason in ("closed", "closed", "phone"):
        sent = client_for(None).post(f"/api/directory/services/{DEBT}/reports", json={"reason": reason})
        assert sent.status_code == 204
    listed = ada.get(f"{BASE}/reports").json["items"]
    assert [(one["id"], one["reason"], one["times"]) for one in listed] == [
        (str(DEBT), "closed", 2),
        (str(DEBT), "phone", 1),
    ]
    assert [(one["reason"], one["times"]) for one in ada.get(SERVICE).json["reports"]] == [
        ("closed", 2),
        ("phone", 1),
    ]
    assert ada.delete(f"{SERVICE}/reports").json["reports"] == []
    assert ada.get(f"{BASE}/reports").json["items"] == []


def test_a_source_from_a_file_cannot_be_fetched_and_says_so(imports: Import, ada: Any) -> None:
    imports(a_service())
    answer = ada.put(f"{BASE}/sources/{source(ada)['id']}/refresh")
    assert answer.status_code == 422
    assert "came from a file" in answer.json["detail"]


def test_a_source_from_the_web_is_queued_then_read_then_waits_for_its_night(
    imports: Import, ada: Any, factory: Sessions, clock: FrozenClock, now: datetime
) -> None:
    imports(a_service())
    own = UUID(source(ada)["id"])

    def put(at: datetime) -> None:
        with factory.begin() as session:
            session.execute(update(models.Feed).values(address="https://x.example/services", refresh_at=at))

    put(next_refresh(own, now))
    assert source(ada)["refresh"] == "nightly"
    assert ada.put(f"{BASE}/sources/{own}/refresh").json["refresh"] == "queued"
    # A worker takes it: asking once more starts no second reading beside the first.
    put(now + LEASE)
    assert source(ada)["refresh"] == "reading"
    assert ada.put(f"{BASE}/sources/{own}/refresh").json["refresh"] == "reading"
    put(next_refresh(own, now))
    assert source(ada)["refresh"] == "nightly"


def test_the_worker_reads_what_was_queued(
    imports: Import, ada: Any, factory: Sessions, now: datetime
) -> None:
    imports(a_service())
    own = source(ada)["id"]
    with factory.begin() as session:
        # An address nobody may reach from here: it is tried, and the failure is told.
        session.execute(
            update(models.Feed).values(
                address="https://127.0.0.1/services", refresh_at=next_refresh(UUID(own), now)
            )
        )
    assert use_cases.refresh_due(factory, TOPICS, now) is None
    assert source(ada)["failure"] == ""
    ada.put(f"{BASE}/sources/{own}/refresh")
    use_cases.refresh_due(factory, TOPICS, now)
    found = source(ada)
    assert (found["refresh"], found["services"]) == ("nightly", 1)
    assert found["failure"]
    assert found["tried_at"] == now.isoformat().replace("+00:00", "Z")


def test_a_new_source_that_waits_is_shown_to_nobody_before_it_is_approved(
    imports: Import, ada: Any, near_leeds: Any, factory: Sessions, now: datetime
) -> None:
    # Without coordinates: they are looked up again when the services come out.
    services = [a_service("Postcode only", service_at_locations=[a_place(None, None)]), a_service()]
    services.append(a_service("Shut", status="inactive"))
    imports(*services, await_approval=True)
    imports(*services, {**a_service("Later")})
    assert near_leeds() == set()
    assert ada.get("/oruk/services").json["total_items"] == 0
    found = source(ada)
    assert (found["approval"], found["services"], found["waiting"]) == ("waiting", 0, 3)
    assert ada.get(SERVICE).json["state"] == "waiting"
    assert use_cases.show_approved(factory, TOPICS, now) == 0
    assert ada.put(f"{BASE}/sources/{found['id']}/approval").json["approval"] == "given"
    assert use_cases.show_approved(factory, TOPICS, now) == 3
    assert near_leeds() == {"Postcode only", "Leeds Debt Advice", "Later"}
    assert (source(ada)["approval"], source(ada)["waiting"]) == ("shown", 0)
    assert ada.put(f"{BASE}/sources/{found['id']}/approval").json["approval"] == "shown"
    # Nothing has changed for the next import.
    assert imports(*services, a_service("Later")).unchanged == 4


def test_what_an_admin_hid_stays_hidden_when_its_source_is_approved(
    imports: Import, ada: Any, near_leeds: Any, factory: Sessions, now: datetime
) -> None:
    imports(a_service(), a_service("Other"), await_approval=True)
    ada.put(f"{SERVICE}/hidden")
    ada.put(f"{BASE}/services/{an_id('Other')}/corrections", json={"name": "Better"})
    assert near_leeds() == set()
    ada.put(f"{BASE}/sources/{source(ada)['id']}/approval")
    assert use_cases.show_approved(factory, TOPICS, now) == 1
    assert near_leeds() == {"Better"}
    ada.delete(f"{SERVICE}/hidden")
    assert near_leeds() == {"Better", "Leeds Debt Advice"}


def test_a_source_that_is_known_does_not_wait_again(imports: Import, near_leeds: Any, ada: Any) -> None:
    imports(a_service())
    imports(a_service(), a_service("Other"), await_approval=True)
    assert near_leeds() == {"Leeds Debt Advice", "Other"}
    assert source(ada)["approval"] == "shown"


def test_more_services_than_one_step_holds_are_all_shown(
    imports: Import, factory: Sessions, ada: Any, now: datetime
) -> None:
    imports(*[a_service(f"Service {number}") for number in range(401)], await_approval=True)
    ada.put(f"{BASE}/sources/{source(ada)['id']}/approval")
    assert use_cases.show_approved(factory, TOPICS, now) == 401
    assert source(ada)["services"] == 401


def test_a_source_read_by_older_rules_says_so_and_how_to_read_it_again(
    imports: Import, ada: Any, factory: Sessions
) -> None:
    imports(a_service(), label="/srv/our list.csv")
    with factory.begin() as session:
        session.execute(update(models.Feed).values(rules_version="1"))
    found = source(ada)
    assert found["older_rules"] is True
    assert found["read_again"] == (
        "companion seed directory '/srv/our list.csv' --licence 'Open Government Licence v3.0'"
        " --publisher 'Northside Council' --attribution '© Northside Council'"
    )
    imports(a_service(), label="/srv/our list.csv")
    assert source(ada)["older_rules"] is False
    with factory() as session:
        assert session.scalar(select(models.Feed.rules_version)) == RULES_VERSION


def test_every_act_is_written_down_with_who_did_it(
    imports: Import, ada: Any, cast: Cast, factory: Sessions, now: datetime
) -> None:
    imports(a_service(), await_approval=True)
    own = source(ada)["id"]
    with factory.begin() as session:
        session.execute(update(models.Feed).values(address="https://x.example/services"))
    for method, path in (
        ("PUT", f"{SERVICE}/hidden"),
        ("DELETE", f"{SERVICE}/hidden"),
        ("DELETE", f"{SERVICE}/reports"),
        ("PUT", f"{BASE}/sources/{own}/approval"),
        ("PUT", f"{BASE}/sources/{own}/approval"),
        ("PUT", f"{BASE}/sources/{own}/refresh"),
    ):
        assert ada.open(path, method=method).status_code == 200, path
    ada.put(f"{SERVICE}/corrections", json={"fees": "Free"})
    ada.put(f"{SERVICE}/corrections", json={"url": "no address"})
    ada.delete(f"{SERVICE}/corrections")
    with factory() as session:
        kinds = ("directory_service", "directory_feed")
        rows = session.scalars(select(AuditEvent).where(AuditEvent.item_kind.in_(kinds))).all()
    assert sorted(row.action for row in rows) == sorted(
        ["hidden", "shown", "settled", "approved", "asked_to_refresh", "corrected", "uncorrected"]
    )
    assert {row.actor_id for row in rows} == {cast["ada"].account_id}
    assert {row.subject_id for row in rows} == {DEBT, UUID(own)}


def test_what_nobody_knows_is_not_found(ada: Any) -> None:
    for method, path in (
        ("GET", f"sources/{uuid4()}"),
        ("PUT", f"sources/{uuid4()}/refresh"),
        ("PUT", f"sources/{uuid4()}/approval"),
        ("GET", f"services/{uuid4()}"),
        ("PUT", f"services/{uuid4()}/hidden"),
        ("DELETE", f"services/{uuid4()}/corrections"),
    ):
        assert ada.open(f"{BASE}/{path}", method=method).status_code == 404, path


def test_a_service_without_coordinates_stays_findable_when_it_is_corrected_or_shown_again(
    imports: Import, ada: Any, near_leeds: Any, now: datetime
) -> None:
    imports(a_service(service_at_locations=[a_place(None, None)]))
    assert near_leeds() == {"Leeds Debt Advice"}
    ada.put(f"{SERVICE}/corrections", json={"fees": "Free"})
    assert near_leeds() == {"Leeds Debt Advice"}
    ada.put(f"{SERVICE}/hidden")
    ada.delete(f"{SERVICE}/hidden")
    assert near_leeds() == {"Leeds Debt Advice"}


def test_topics_an_own_list_names_stay_when_a_service_is_corrected(
    imports: Import, ada: Any, ask: Any, tmp_path: Path
) -> None:
    imports(source=a_file(tmp_path, "Name,Postcode,Topics,Monday\nThe Hut,LS1 4AP,Naloxone,09:00-17:00\n"))
    topics = "SELECT DISTINCT topic FROM directory_topic ORDER BY topic"
    assert ask(topics) == [("",), ("naloxone",)]
    ((found,),) = ask("SELECT id FROM directory_service")
    ada.put(f"{BASE}/services/{UUID(str(found))}/corrections", json={"fees": "Free"})
    assert ask(topics) == [("",), ("naloxone",)]


def test_correcting_what_its_source_no_longer_has_does_not_bring_it_back(
    imports: Import, ada: Any, near_leeds: Any, now: datetime
) -> None:
    several = [a_service(f"Service {number}") for number in range(9)]
    imports(a_service(), *several)
    imports(*several)
    after = ada.put(f"{SERVICE}/corrections", json={"fees": "Free"}).json
    assert (after["state"], after["retired_at"] is not None) == ("retired", True)
    assert "Leeds Debt Advice" not in near_leeds()
