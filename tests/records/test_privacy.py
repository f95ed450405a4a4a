"""No word of the person's is in the calendar, whatever they wrote: the file does not depend on the words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from companion.accounts import use_cases as accounts
from companion.core.identity import Role, Viewer
from companion.core.orm import Sessions
from companion.records.rules import FILE_NAME
from companion.records.use_cases import calendar_file
from companion.reminders.rules import When, WordsKind, choices_of
from companion.treatment import use_cases as treatment
from companion.treatment.models import TreatmentPlan
from companion.treatment.rules import Kind
from tests.conftest import BASE_URL, Client
from tests.people import Cast
from tests.records.reading import names, read
from tests.reminders.test_uniform import PERSONAL
from tests.treatment.plans import a_phase, a_place, a_plan_body

MEDICINES = ["Methadone 40 mg", "Buvidal weekly", "Espranor", "Naltrexone 50mg", "Subutex", "BEGIN:VEVENT"]
RECORDED = "2026-11-23T08:55:00Z"
EXAMPLES = {
    When.MINUTES: {"kind": "minutes", "minutes": 30},
    When.EVENING_BEFORE: {"kind": "evening_before", "time": "20:00"},
    When.LAST_CALL: {"kind": "last_call", "minutes": 30},
}
letters = st.characters(categories=["L", "N", "P", "S", "Zs"])
words = st.one_of(st.sampled_from(MEDICINES), st.text(letters, max_size=40))
lines = st.one_of(words, st.lists(words, max_size=3).map("\r\nSUMMARY:".join))
times = st.lists(
    st.integers(0, 24 * 60 - 1).map(lambda n: f"{n // 60:02}:{n % 60:02}"), max_size=3, unique=True
).map(sorted)
drafts = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(list(Kind)).map(str),
        "title": words.map(str.strip),
        "note": lines.map(str.strip),
        "name": words.map(str.strip),
        "address": lines.map(str.strip),
        "phone": st.from_regex(r"0[0-9]{3} [0-9]{3} [0-9]{4}", fullmatch=True),
        "times": times,
        "before": st.sampled_from([None, 0, 15, 1440]),
        "who": st.text(letters, min_size=1, max_size=20),
    }
)


def body_of(draft: dict[str, Any], *, with_words: bool) -> dict[str, Any]:
    """Return the plan, with the person's words or with none."""

    def said(name: str) -> str:
        return draft[name].replace("\r\n", "\n") if with_words else ""

    place = a_place(name=said("name"), address=said("address"), phone=said("phone"), hours={})
    phase = a_phase(every={"unit": "day", "count": 1}, weekdays=[], take_home=False, times=draft["times"])
    return a_plan_body(
        kind=draft["kind"],
        title=said("title"),
        note=said("note"),
        place=place,
        phases=[phase],
        remind_minutes_before=draft["before"],
    )


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(draft=drafts)
def test_the_calendar_does_not_depend_on_a_word_the_person_wrote(
    draft: dict[str, Any], factory: Sessions, cast: Cast, now: datetime
) -> None:
    plan_id, files = uuid4(), []
    with factory.begin() as session:
        person = accounts.make_account(
            session, organisation_id=cast.organisation_id, role=Role.PERSON, name=draft["who"], now=now
        )
        viewer = Viewer(person, Role.PERSON, cast.organisation_id, uuid4())
        for number, with_words in enumerate((True, False)):
            body = body_of(draft, with_words=with_words)
            at = now + timedelta(minutes=number)
            treatment.save_plan(session, viewer, plan_id, {**body, "recorded_at": at}, at)
            stored = treatment.get_plan(session, person, plan_id)
            assert stored["title"] == body["title"]
            files.append(calendar_file(session, person, now))
    assert files[0] == files[1]
    assert {event.title for event in read(files[0])} <= {"Reminder"}
    assert bool(read(files[0])) == bool(draft["times"] and draft["before"] is not None)
    text = files[0].decode().lower()
    assert not [word for word in (*PERSONAL, *MEDICINES[:-1]) if word != "mg" and word.lower() in text]
    assert not names(files[0]) & {"LOCATION", "ORGANIZER", "ATTENDEE", "URL", "COMMENT", "GEO", "CATEGORIES"}


def test_the_file_name_says_nothing() -> None:
    assert FILE_NAME == "planner.ics"


# Every line a calendar may hold. Between the fixed words stand an id, instants in UTC and lengths of time.
LINE = re.compile(
    r"BEGIN:(VCALENDAR|VEVENT|VALARM)|END:(VCALENDAR|VEVENT|VALARM)|VERSION:2\.0|CALSCALE:GREGORIAN"
    r"|PRODID:-//Steady//Planner//EN|METHOD:PUBLISH|NAME:Planner|X-WR-CALNAME:Planner|X-PUBLISHED-TTL:PT1H"
    r"|REFRESH-INTERVAL;VALUE=DURATION:PT1H|SUMMARY:Reminder|DESCRIPTION:Reminder|CLASS:PRIVATE"
    r"|TRANSP:TRANSPARENT|ACTION:DISPLAY|UID:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(DTSTAMP|DTSTART|DTEND):\d{8}T\d{6}Z|TRIGGER:-?P(\d+D)?(T(\d+H)?(\d+M)?)?"
)
ADDRESS = re.compile(r"/calendar/[A-Za-z0-9_-]{43}\.ics")


@settings(
    max_examples=4,
    deadline=None,
    # To make a failing example smaller would cost more than it tells.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(draft=drafts, own=st.text(letters, min_size=1, max_size=20).filter(str.strip))
def test_feed_file_and_file_names_of_every_type_say_nothing(
    draft: dict[str, Any], own: str, client_for: Callable[[str | None], Client], factory: Sessions
) -> None:
    jo = client_for("jo")
    with factory.begin() as session:
        session.execute(delete(TreatmentPlan))
    times = [f"{hour:02}:15" for hour in range(8, 8 + len(WordsKind))]
    for kind in Kind:
        body = body_of({**draft, "kind": str(kind), "times": times, "before": 0}, with_words=True)
        plan_id = uuid4()
        answer = jo.put(f"/api/treatment/plans/{plan_id}", json={**body, "recorded_at": RECORDED})
        assert answer.status_code == 201, answer.json
        for words_kind in WordsKind:
            text = own if words_kind is WordsKind.OWN else ""
            before = [EXAMPLES[when] for when in When]
            chosen = {**choices_of(0), "before": before, "words": {"kind": str(words_kind), "text": text}}
            answer = jo.put(f"/api/reminders/choices/{plan_id}", json={**chosen, "recorded_at": RECORDED})
            assert answer.status_code in (200, 422), answer.json  # An amount of anything is refused.
    path = jo.post("/api/records/calendar").json["url"].removeprefix(BASE_URL)
    assert ADDRESS.fullmatch(path)
    answers = [jo.get("/api/records/calendar.ics"), client_for(None).get(path)]
    for answer, disposition in zip(answers, ("attachment", "inline"), strict=True):
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f'{disposition}; filename="planner.ics"'
        lines = answer.data.decode().split("\r\n")
        assert [line for line in lines if line and not LINE.fullmatch(line)] == []
        assert len(read(answer.data)) > 60
    assert answers[0].data == answers[1].data
    said = str([answer.headers for answer in answers]).lower()
    for name in ("title", "note", "name", "address", "phone", "who"):
        word = draft[name].strip().lower()
        assert len(word) < 5 or word not in said


def test_every_time_before_has_an_example_here() -> None:
    assert set(EXAMPLES) == set(When)
