"""Reading a nested record by a shape: known fields cleaned, unknown ones left out, problems written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from companion.directory.rules.record import Json, Level, Problem
from companion.directory.rules.values import Cleaner, clean_id, stable_id

MOST_ITEMS = 500
MENDED = frozenset({
    "markup_removed", "id_not_uuid", "url_without_scheme", "age_not_said", "instant_without_zone",
    "placeholder",
    "not_on_the_list", "position_swapped", "position_from_postcode", "position_from_outcode",
    "freq_not_standard", "open_overnight",
    "phone_with_words", "status_empty", "hours_not_given", "duplicate_id",
})  # fmt: skip
SENTENCES = {
    "not_an_object": "This is not a record with named fields.",
    "id_missing": "A service needs an id.",
    "name_missing": "A service needs a name.",
    "not_an_id": "This cannot be an id.",
    "id_not_uuid": "The id is not a UUID; we made a stable one from it.",
    "not_text": "This should be text.",
    "markup_removed": "Markup was taken out; the words stay.",
    "not_a_url": "This is not a web address.",
    "url_without_scheme": "The web address had no https:// in front; we added it.",
    "placeholder": "This is a placeholder, so we left it out.",
    "not_an_email": "This is not an e-mail address.",
    "not_a_phone": "There is no telephone number in this.",
    "phone_with_words": "The telephone number stood among words; we took them apart.",
    "not_a_number": "This is not a number.",
    "age_not_said": "Minus one means that no age was given.",
    "age_out_of_range": "Nobody has this age.",
    "not_a_date": "This is not a date we can read.",
    "not_an_instant": "This is not a date and time we can read.",
    "instant_without_zone": "The time had no zone; we read it as London's.",
    "not_a_time": "This is not a time we can read.",
    "not_a_postcode": "This is not a UK postcode.",
    "not_on_the_list": "This word is not on the standard's list; we used the nearest.",
    "status_empty": "No status was given; we took it as active.",
    "position_out_of_range": "The position is not on this planet.",
    "position_outside_uk": "The position is outside the United Kingdom.",
    "position_swapped": "Latitude and longitude had changed places; we put them back.",
    "position_from_postcode": "There was no position; we used the middle of the postcode.",
    "position_from_outcode": "There was no position; we used the middle of the postcode district.",
    "freq_not_standard": "How often it repeats was not in the standard's words; we read it all the same.",
    "open_overnight": "It closes before it opens, so we read it as open over midnight.",
    "hours_not_given": "There are no times in this, only words.",
    "hours_not_readable": "We cannot read these opening hours.",
    "duplicate_id": "This id stands more than once; we kept the first.",
    "list_too_long": "There are too many entries here; we kept the first ones.",
    "wrong_type": "This should be a list or an object.",
}


@dataclass(frozen=True, slots=True)
class One:
    """A nested object."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Many:
    """A list of nested objects; a single object counts as a list of one."""

    shape: Shape


Finish = Callable[[Json, Mapping[str, Any], "Notes"], Json | None]


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one kind of object, other names for them, and a last look at the cleaned object."""

    name: str
    fields: Mapping[str, Cleaner | One | Many]
    aliases: Mapping[str, str] = field(default_factory=dict)
    finish: Finish | None = None
    identified: bool = True
    # Each field with its other names, ready to be looked up; made once, read a hundred thousand times.
    plan: tuple[tuple[str, Cleaner | One | Many, tuple[str, ...]], ...] = field(init=False)
    # Where in the plan a name that stands in a record belongs.
    where: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Work out the plan."""
        plan = tuple((name, kind, self.names(name)) for name, kind in self.fields.items())
        object.__setattr__(self, "plan", plan)
        where = {name: number for number, (_, _, names) in enumerate(plan) for name in names}
        object.__setattr__(self, "where", where)

    def names(self, name: str) -> tuple[str, ...]:
        """Return a field's name and its other names, the standard's own first."""
        return (name, *(other for other, meant in self.aliases.items() if meant == name))


@dataclass(slots=True)
class Notes:
    """Where we are in a record and what was wrong so far."""

    pointer: str
    path: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def at(self, *parts: str) -> Notes:
        """Return notes one step deeper that write into the same list."""
        return Notes(self.pointer, (*self.path, *parts), self.problems)

    def add(self, name: str, code: str, level: Level | None = None) -> None:
        """Write down one problem of the field `name`."""
        level = level or (Level.MENDED if code in MENDED else Level.DROPPED)
        where = "/".join((*self.path, name)) if name else "/".join(self.path)
        self.problems.append(Problem(self.pointer, where, code, SENTENCES[code], level))


def _empty(value: object) -> bool:
    # Nought and no are answers; nothing, no words, no items and no fields are none.
    return not value and not isinstance(value, (int, float))


def _value(raw: Mapping[str, Any], names: tuple[str, ...]) -> object:
    for name in names:
        found = raw.get(name)
        if found is not None and not _empty(found):
            return found
    return None


def tidy(shape: Shape, raw: Mapping[str, Any], notes: Notes, parent: str = "") -> Json | None:
    """Return the cleaned object, or None when nothing usable is left. `parent` seeds ids it lacks."""
    done: Json = {}
    given = raw.get("id")
    given = None if _empty(given) else given
    own, code = clean_id(given) if given is not None else (None, None)
    if code:
        notes.add("id", code)
    where = shape.where
    for number in sorted({where[key] for key in raw if key in where}):
        name, kind, names = shape.plan[number]
        value = _value(raw, names)
        if value is None:
            continue
        cleaned: object
        if isinstance(kind, One):
            cleaned = _one(kind, value, notes.at(name), str(own or parent))
        elif isinstance(kind, Many):
            cleaned = _many(kind, value, notes.at(name), str(own or parent))
        else:
            cleaned, code = kind(value)
            if code:
                notes.add(name, code)
        if not _empty(cleaned):
            done[name] = cleaned
    if shape.finish is not None:
        finished = shape.finish(done, raw, notes)
        if finished is None:
            return None
        done = finished
    if not done:
        return None
    if not shape.identified:
        return done
    # An object without an id gets one from what it says, so the same words give the same id next time.
    return {"id": own or stable_id(shape.name, parent, done), **done}


def _one(kind: One, value: object, notes: Notes, parent: str) -> Json | None:
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, Mapping):
        notes.add("", "wrong_type")
        return None
    return tidy(kind.shape, value, notes, parent)


def _many(kind: Many, value: object, notes: Notes, parent: str) -> list[Json]:
    items = value if isinstance(value, list) else [value]
    if len(items) > MOST_ITEMS:
        notes.add("", "list_too_long")
    found: list[Json] = []
    for number, item in enumerate(items[:MOST_ITEMS]):
        if not isinstance(item, Mapping):
            notes.at(str(number)).add("", "wrong_type")
            continue
        cleaned = tidy(kind.shape, item, notes.at(str(number)), parent)
        if cleaned is not None and cleaned not in found:
            found.append(cleaned)
    return found
