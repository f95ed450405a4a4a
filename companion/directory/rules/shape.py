"""Reading a nested record by a shape: known fields cleaned, unknown ones left out, problems written down."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
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


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The fields of one kind of object, other names for them, and a last look at the cleaned object."""

    name: str
    fields: Mapping[str, Cleaner | One | Many]
    aliases: Mapping[str, str] = field(default_factory=dict)
    finish: Finish | None = None
    identified: bool = True
    # What the last look reads of the raw object besides its fields. It may read nothing else: what is
    # remembered of an object is remembered by these names and those of its fields.
    looks_at: Collection[str] = ()
    # Every name a record may use, ready to be looked up; made once, read a hundred thousand times.
    known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Gather the names."""
        object.__setattr__(self, "known", frozenset((*self.fields, *self.aliases, *self.looks_at)))

    def names(self, name: str) -> tuple[str, ...]:
        """Return a field's name and its other names, the standard's own first."""
        return (name, *(other for other, meant in self.aliases.items() if meant == name))


@dataclass(slots=True)
class Notes:
    """Where we are in a record and what was wrong so far.

    The path is one list that grows and shrinks on the way: most objects have nothing wrong with them.
    """

    pointer: str
    path: list[str | int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def at(self, *parts: str | int) -> Notes:
        """Return notes some steps deeper that write into the same list."""
        return Notes(self.pointer, [*self.path, *parts], self.problems)

    def add(self, name: str, code: str, level: Level | None = None) -> None:
        """Write down one problem of the field `name`."""
        level = level or (Level.MENDED if code in MENDED else Level.DROPPED)
        where = "/".join(map(str, (*self.path, name) if name else self.path))
        self.problems.append(Problem(self.pointer, where, code, SENTENCES[code], level))


# A field, how it is cleaned or what it holds, the first of its names a record has, and the others.
Plan = tuple[tuple[str, Cleaner | None, One | Many | None, str, tuple[str, ...]], ...]
# A cleaned object without its id, and (field, code, level) of what was wrong with it.
Kept = tuple[Json | None, tuple[tuple[str, str, Level], ...]]


def _empty(value: object) -> bool:
    # Nought and no are answers; nothing, no words, no items and no fields are none.
    return not value and (value is None or not isinstance(value, (int, float)))


# A dict first: asking whether something is a Mapping takes ten times as long.
_OBJECT = (dict, Mapping)


@lru_cache(maxsize=2048)
def _plan(shape: Shape, given: tuple[str, ...]) -> Plan:
    """Return the fields of a shape that have a name among those given, in the shape's order.

    The records of a feed have the same names over and over.
    """
    plan: list[tuple[str, Cleaner | None, One | Many | None, str, tuple[str, ...]]] = []
    for name, kind in shape.fields.items():
        names = [one for one in shape.names(name) if one in given]
        if names and isinstance(kind, (One, Many)):
            plan.append((name, None, kind, names[0], tuple(names[1:])))
        elif names and not isinstance(kind, (One, Many)):
            plan.append((name, kind, None, names[0], tuple(names[1:])))
    return tuple(plan)


def _value(raw: Mapping[str, Any], names: tuple[str, ...]) -> object:
    for name in names:
        found = raw[name]
        if found or not _empty(found):
            return found
    return None


# Feeds say the same over and over, with another id each time: the same hours, terms, addresses. An object
# of short texts alone is cleaned once. Numbers are not remembered: to Python 1, 1.0 and yes are the same.
_TEXT_OR_NOTHING = frozenset({str, type(None)})
_MOST_CHARACTERS = 300
_MOST_REMEMBERED = 4096


def tidy(shape: Shape, raw: Mapping[str, Any], notes: Notes, parent: str = "") -> Json | None:
    """Return the cleaned object, or None when nothing usable is left. `parent` seeds ids it lacks."""
    given = raw.get("id")
    own, code = (None, None) if not given and _empty(given) else clean_id(given)
    if code:
        notes.add("id", code)
    known = shape.known
    names = tuple([key for key in raw if key in known])
    values = tuple([raw[name] for name in names])
    done: Json | None
    if (
        _TEXT_OR_NOTHING.issuperset(map(type, values))
        and len("".join(filter(None, values))) <= _MOST_CHARACTERS
    ):
        done, problems = _remembered(shape, names, values)
        for where, wrong, level in problems:
            notes.add(where, wrong, level)
    else:
        done = _cleaned(shape, raw, names, notes, str(own or parent))
    if not done:
        return None
    # What is remembered is given out as a copy, since whoever gets it may change it.
    if not shape.identified:
        return {**done}
    # An object without an id gets one from what it says, so the same words give the same id next time.
    return {"id": own or stable_id(shape.name, parent, done), **done}


@lru_cache(maxsize=_MOST_REMEMBERED)
def _remembered(shape: Shape, names: tuple[str, ...], values: tuple[str | None, ...]) -> Kept:
    """Return what is left of an object of texts alone, the same to everybody: it must not be changed."""
    notes = Notes("")
    done = _cleaned(shape, dict(zip(names, values, strict=True)), names, notes, "")
    return done, tuple((one.field, one.code, one.level) for one in notes.problems)


def _cleaned(
    shape: Shape, raw: Mapping[str, Any], names: tuple[str, ...], notes: Notes, parent: str
) -> Json | None:
    """Return the fields of an object cleaned, after the shape's last look."""
    done: Json = {}
    path = notes.path
    for name, clean, nested, first, others in _plan(shape, names):
        value: object = raw[first]
        if not value and _empty(value):
            value = _value(raw, others)
            if value is None:
                continue
        cleaned: object
        if clean is not None:
            cleaned, code = clean(value)
            if code:
                notes.add(name, code)
        else:
            path.append(name)
            if isinstance(nested, Many):
                cleaned = _many(nested, value, notes, parent)
            else:
                cleaned = _one(nested, value, notes, parent) if nested else None
            path.pop()
        if cleaned or not _empty(cleaned):
            done[name] = cleaned
    return done if shape.finish is None else shape.finish(done, raw, notes)


def _one(kind: One, value: object, notes: Notes, parent: str) -> Json | None:
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, _OBJECT):
        notes.add("", "wrong_type")
        return None
    return tidy(kind.shape, value, notes, parent)


def _many(kind: Many, value: object, notes: Notes, parent: str) -> list[Json]:
    items = value if isinstance(value, list) else [value]
    if len(items) > MOST_ITEMS:
        notes.add("", "list_too_long")
    found: list[Json] = []
    ids: set[object] = set()
    for number, item in enumerate(items[:MOST_ITEMS]):
        notes.path.append(number)
        if isinstance(item, _OBJECT):
            cleaned = tidy(kind.shape, item, notes, parent)
            # Two that are the same have the same id, which is looked up faster than objects are compared.
            if cleaned is not None and (cleaned.get("id") not in ids or cleaned not in found):
                ids.add(cleaned.get("id"))
                found.append(cleaned)
        else:
            notes.add("", "wrong_type")
        notes.path.pop()
    return found
