"""No word of the person's is in the calendar, whatever they wrote: the file does not depend on the words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.accounts import use_cases as accounts
from companion.core.identity import Role, Viewer
from companion.core.orm import Sessions
from companion.records.rules import FILE_NAME
from companion.records.use_cases import calendar_file
from companion.treatment import use_cases as treatment
from companion.treatment.rules import Kind
from tests.people import Cast
from tests.records.reading import names, read
from tests.reminders.test_uniform import PERSONAL
from tests.treatment.plans import a_phase, a_place, a_plan_body

MEDICINES = ["Methadone 40 mg", "Buvidal weekly", "Espranor", "Naltrexone 50mg", "Subutex", "BEGIN:VEVENT"]
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
