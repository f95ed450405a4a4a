"""Single values of a feed made usable. Each cleaner returns the value and, when it was not fine, a code."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from companion.directory.rules import text
from companion.directory.rules.places import parse_postcode
from companion.directory.rules.record import NAMESPACE

Cleaned = tuple[object | None, str | None]
Cleaner = Callable[[object], Cleaned]

LONDON = ZoneInfo("Europe/London")
_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_EMAIL = re.compile(
    r"[A-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Z0-9](?:[A-Z0-9-]{0,61}[A-Z0-9])?\.)+[A-Z]{2,24}", re.I
)
_MAILTO = re.compile(r"^mailto:", re.I)
_NO_DIGIT = re.compile(r"\D")
_TOO_FINE = re.compile(r"(\.\d{6})\d+")
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.I)
_PHONE = re.compile(r"(?:\+|\(|\b)[0-9][0-9 ().\-/]{1,22}[0-9]")
_PLACEHOLDER_HOSTS = re.compile(
    r"(^|\.)(example\.(com|org|net|co\.uk)|example|invalid|test|localhost)$", re.I
)
_TIME = re.compile(
    r"(?:\d{4}-\d\d-\d\dT)?(\d{1,2})(?:[:.](\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*(am|pm)?\s*(Z|[+-]\d\d:?\d\d)?",
    re.I,
)
# An address with nothing in it that could be wrong or written otherwise: most of what feeds send.
_PLAIN_URL = re.compile(
    r"https?://((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})(?:/[A-Za-z0-9._~/-]*)?"
)
_NOT_IN_URL = re.compile(r"[\s<>\"{}|\\^`\x00-\x1f\x7f]")
_SCHEME = re.compile(r"(https?):/*(?=[^/])", re.I)
_HTTP = re.compile(r"https?://", re.I)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?![0-9])", re.I)
_BROKEN_URL = re.compile(r"%(?![0-9A-Fa-f]{2})|[\[\]]")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_UK_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
MOST_URL = 2000


def is_uuid(value: str) -> bool:
    """Tell whether `value` is written like a UUID."""
    return bool(_UUID.fullmatch(value))


def stable_id(*parts: object) -> str:
    """Return the id that the same parts give on every machine and every day."""
    return str(uuid5(NAMESPACE, json.dumps(parts, default=str)))


def clean_id(value: object) -> Cleaned:
    """Return an id as a UUID; other ids get a stable one of their own."""
    if isinstance(value, str) and _CANONICAL.fullmatch(value):
        return value, None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None, "not_an_id"
    raw = text.plain_line(str(value) if isinstance(value, str) else _digits(value))
    if not raw:
        return None, "not_an_id"
    return (str(UUID(raw)), None) if is_uuid(raw) else (stable_id("id", raw), "id_not_uuid")


def _digits(value: int) -> str:
    return str(value) if abs(value) < 10**40 else ""


def _words(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, int):
        return _digits(value)
    return f"{value:g}" if math.isfinite(value) else None


def clean_line(value: object) -> Cleaned:
    """Return one line of plain text."""
    words = _words(value)
    if words is None:
        return None, "not_text"
    line = text.plain_line(words)
    return (line or None), ("markup_removed" if text.has_markup(words) else None)


def clean_text(value: object) -> Cleaned:
    """Return plain text with its line breaks."""
    words = _words(value)
    if words is None:
        return None, "not_text"
    body = text.plain_text(words)
    return (body or None), ("markup_removed" if text.has_markup(words) else None)


def clean_url(value: object) -> Cleaned:
    """Return an http(s) address; one without a scheme gets https, a placeholder is dropped."""
    if not isinstance(value, str):
        return None, "not_a_url"
    plain = _PLAIN_URL.fullmatch(value) if len(value) <= MOST_URL else None
    if plain:
        return (None, "placeholder") if _PLACEHOLDER_HOSTS.search(plain[1]) else (value, None)
    raw = value.strip()
    if not raw or len(raw) > MOST_URL or not raw.isascii() or _NOT_IN_URL.search(raw):
        return None, "not_a_url"
    code = None
    scheme = _SCHEME.match(raw)
    raw = f"{scheme[1]}://{raw[scheme.end() :]}" if scheme else raw
    if not _HTTP.match(raw):
        if _OTHER_SCHEME.match(raw) or raw.startswith("/"):
            return None, "not_a_url"
        raw, code = f"https://{raw}", "url_without_scheme"
    try:
        parts = urlsplit(raw)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return None, "not_a_url"
    if not _HOST.fullmatch(host) or "@" in parts.netloc or _BROKEN_URL.search(raw) or raw.count("#") > 1:
        return None, "not_a_url"
    if _PLACEHOLDER_HOSTS.search(host):
        return None, "placeholder"
    return raw, code


def clean_email(value: object) -> Cleaned:
    """Return an e-mail address; placeholders and prose are dropped."""
    if not isinstance(value, str):
        return None, "not_an_email"
    raw = _MAILTO.sub("", value.strip()).strip("<> ")
    if len(raw) > 254 or not _EMAIL.fullmatch(raw) or ".." in raw:
        return None, "not_an_email"
    if _PLACEHOLDER_HOSTS.search(raw.rpartition("@")[2]) or raw.lower().startswith("noemail@"):
        return None, "placeholder"
    return raw, None


def find_phone(value: str) -> tuple[str, str] | None:
    """Return the telephone number in `value` and the words around it, or None."""
    flat = text.plain_line(value).replace("\u2013", "-").strip("\"' ")
    for found in _PHONE.finditer(flat):
        number = " ".join(found.group().strip(" -./").split())
        if number.count("(") != number.count(")"):
            number = number.strip("()")
        digits = _NO_DIGIT.sub("", number)
        # 999, 111, 116 123 and 5-digit text numbers are as real as eleven digits.
        if 3 <= len(digits) <= 15:
            words = (flat[: found.start()] + " " + flat[found.end() :]).strip(" :-–,;.()\"'")
            return number, " ".join(words.split())
    return None


def clean_number(value: object) -> Cleaned:
    """Return a finite number, also from digits in text."""
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,15}(\.\d{1,15})?\s*", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None, "not_a_number"
    # The size first: an integer may be too large to be looked at as a float.
    if abs(value) > 1e12 or not math.isfinite(value):
        return None, "not_a_number"
    return (int(value) if float(value).is_integer() else float(value)), None


def clean_age(value: object) -> Cleaned:
    """Return an age in years; minus one means that nobody said."""
    number, code = clean_number(value)
    if not isinstance(number, (int, float)):
        return None, code
    if number < 0 or number > 130:
        return None, "age_not_said" if number == -1 else "age_out_of_range"
    return number, None


def clean_money(value: object) -> Cleaned:
    """Return an amount of money that is not negative."""
    number, code = clean_number(value.replace("£", "").replace(",", "") if isinstance(value, str) else value)
    if not isinstance(number, (int, float)) or number < 0:
        return None, code or "not_a_number"
    return number, None


def parse_date(value: object) -> date | None:
    """Return the day in an ISO date, an instant or a British date."""
    if not isinstance(value, str):
        return None
    return _day(value) if len(value) <= 40 else _day.__wrapped__(value)


@lru_cache(maxsize=4096)
def _day(value: str) -> date | None:
    found = _DATE.fullmatch(value.strip())
    british = None if found else _UK_DATE.fullmatch(value.strip())
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if british:
            return date(int(british[3]), int(british[2]), int(british[1]))
    except ValueError:
        return None
    return None


def clean_date(value: object) -> Cleaned:
    """Return a day as ISO text."""
    day = parse_date(value)
    return (None, "not_a_date") if day is None else (day.isoformat(), None)


def clean_instant(value: object) -> Cleaned:
    """Return an instant as UTC text; one without a zone is London's wall time."""
    if not isinstance(value, str):
        return None, "not_an_instant"
    raw = _TOO_FINE.sub(r"\1", value.strip().replace(" ", "T", 1))
    try:
        found = datetime.fromisoformat(raw)
        code = "instant_without_zone" if found.tzinfo is None else None
        found = found.replace(tzinfo=LONDON) if found.tzinfo is None else found
        instant = found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None, "not_an_instant"
    if not 1990 <= instant.year <= 2100:
        return None, "not_an_instant"
    return instant.isoformat().replace("+00:00", "Z"), code


def parse_minutes(value: object) -> int | None:
    """Return minutes after midnight of a wall time in any of the ways feeds write it.

    An offset is read past: opening hours repeat in wall time, and an offset written in winter is wrong
    in summer.
    """
    return _minutes(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _minutes(value: str) -> int | None:
    flat = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}.get(value.strip().lower(), value.strip())
    found = _TIME.fullmatch(flat)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if not half and found[2] is None and not re.fullmatch(r"\d{1,2}", flat):
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    return hour * 60 + minute


def clean_time(value: object) -> Cleaned:
    """Return a wall time as HH:MM."""
    minutes = parse_minutes(value)
    if minutes is None:
        return None, "not_a_time"
    return f"{minutes // 60:02d}:{minutes % 60:02d}", None


def clean_postcode(value: object) -> Cleaned:
    """Return a postcode in its written form; one that cannot be a UK postcode is kept as plain text."""
    if not isinstance(value, str):
        return None, "not_a_postcode"
    found = parse_postcode(value)
    return (found, None) if found else (text.plain_line(value, 20) or None, "not_a_postcode")


def one_of(*words: str, fallback: str) -> Cleaner:
    """Return a cleaner that lets only `words` through and writes `fallback` for others."""

    def clean(value: object) -> Cleaned:
        word = value.strip().lower() if isinstance(value, str) else ""
        return (word, None) if word in words else (fallback, "not_on_the_list")

    return clean
