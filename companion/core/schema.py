"""The base of every shape on the wire: unknown fields refused, strict types, no characters that do harm."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from marshmallow import RAISE, ValidationError, fields, validate
from marshmallow import Schema as MarshmallowSchema

from companion.core.errors import RuleBroken

# C0 controls but tab and newline, DEL, C1 controls, lone surrogates, and the marks that reverse text.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
YEARS = (1900, 2200)


class Schema(MarshmallowSchema):
    """A shape that names every field it does not know."""

    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012  (marshmallow's own class attribute)
        "unknown": "We do not know this field. Leave it out.",
        "type": "Send an object with named fields.",
    }


class Text(fields.String):
    """Several lines of text without control characters or lone surrogates; `most` is in characters."""

    default_error_messages = {  # noqa: RUF012
        "invalid": "Enter words.",
        "required": "Enter something here.",
        "null": "Enter something here.",
    }

    def __init__(self, *, most: int = 2000, least: int = 0, **kwargs: Any) -> None:
        words = validate.Length(
            min=least or None,
            max=most,
            error=f"Use {most} characters or fewer." if not least else f"Enter {least} to {most} characters.",
        )
        super().__init__(validate=words, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        text: str = value.replace("\r\n", "\n").strip()
        if _HARMFUL.search(text):
            raise ValidationError("Take out the characters that cannot be shown.")
        return text


class Line(Text):
    """One line of text."""

    def __init__(self, *, most: int = 120, least: int = 0, **kwargs: Any) -> None:
        super().__init__(most=most, least=least, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\n" in text or "\t" in text:
            raise ValidationError("Use one line.")
        return text


class StrictBool(fields.Field[bool]):
    """`true` or `false`; 0 and 1 are numbers."""

    default_error_messages = {"invalid": "Send true or false."}  # noqa: RUF012

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class QueryBool(fields.Field[bool]):
    """The words `true` or `false` in an address."""

    default_error_messages = {"invalid": "Use true or false."}  # noqa: RUF012

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if value not in ("true", "false"):
            raise self.make_error("invalid")
        return bool(value == "true")


class StrictInt(fields.Field[int]):
    """A whole number between `least` and `most`; neither text nor true or false."""

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(least, most), **kwargs)
        self.least, self.most = least, most

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            raise ValidationError(f"Enter a whole number from {self.least} to {self.most}.")
        return value


class QueryInt(StrictInt):
    """A whole number in an address."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value):
            value = int(value)
        return super()._deserialize(value, attr, data, **kwargs)


class Instant(fields.Field[datetime]):
    """An instant with its offset, RFC 3339, like 2026-11-21T10:30:00Z."""

    default_error_messages = {"invalid": "Enter a date and time, like 2026-11-21T10:30:00Z."}  # noqa: RUF012

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> datetime:
        if not isinstance(value, str) or not re.fullmatch(
            r"\d{4}-\d\d-\d\d[Tt ][0-9:.]{5,18}([zZ]|[+-][0-9:]{4,6})", value
        ):
            raise self.make_error("invalid")
        try:
            instant = datetime.fromisoformat(value.upper().replace("Z", "+00:00"))
            # Kept as sent, offset included: the offset says what the person's clock showed.
            instant.astimezone(UTC)
        except (ValueError, OverflowError):
            raise self.make_error("invalid") from None
        if not 2000 <= instant.year <= 2100:
            raise ValidationError("Check the year.")
        return instant


class LocalDate(fields.Field[date]):
    """A day of the calendar, like 2026-11-21."""

    default_error_messages = {"invalid": "Enter a real date, like 2026-11-21."}  # noqa: RUF012

    def _serialize(self, value: date | str | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise self.make_error("invalid")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise self.make_error("invalid") from None
        if not YEARS[0] <= day.year <= YEARS[1]:
            raise ValidationError("Check the year.")
        return day


class LocalTime(fields.Field[str]):
    """A wall time, HH:MM, kept as text."""

    default_error_messages = {"invalid": "Enter a time, like 08:30."}  # noqa: RUF012

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
            raise self.make_error("invalid")
        return value


class Choice(fields.Field[str]):
    """One word of a closed list, given as an enum or as words."""

    def __init__(self, words: type[StrEnum] | list[str], **kwargs: Any) -> None:
        self.words = [str(word) for word in words]
        super().__init__(validate=validate.OneOf(self.words), **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise ValidationError(f"Choose one of: {', '.join(self.words)}.")
        return value

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)


class Id(fields.Field[UUID]):
    """A record's id (UUID)."""

    default_error_messages = {"invalid": "Send an id like 0192f0c8-7a4e-7c3b-8d1f-2b6a9e5c4d10."}  # noqa: RUF012

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> UUID:
        if not isinstance(value, str) or not re.fullmatch(
            r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value
        ):
            raise self.make_error("invalid")
        return UUID(value)


FIELD_TYPES: dict[type[fields.Field[Any]], tuple[str, str | None]] = {
    Instant: ("string", "date-time"),
    LocalDate: ("string", "date"),
    Id: ("string", "uuid"),
    StrictBool: ("boolean", None),
    QueryBool: ("boolean", None),
    StrictInt: ("integer", None),
    QueryInt: ("integer", None),
    LocalTime: ("string", None),
    Choice: ("string", None),
}


def flat_errors(messages: Any, path: str = "") -> dict[str, str]:
    """Turn marshmallow's nested messages into `{"steps.0.title": "Enter a title."}`."""
    if isinstance(messages, Mapping):
        found: dict[str, str] = {}
        for key, inner in messages.items():
            name = "" if key == "_schema" else str(key)
            found.update(flat_errors(inner, ".".join(part for part in (path, name) if part)))
        return found
    sentences = messages if isinstance(messages, list) else [messages]
    return {path or "body": " ".join(str(sentence) for sentence in sentences)}


def load(schema: MarshmallowSchema, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Check `raw` outside a request (files, command line); raise RuleBroken naming the fields."""
    try:
        loaded: dict[str, Any] = schema.load(raw)
        return loaded
    except ValidationError as problem:
        raise broken(flat_errors(problem.messages)) from None


def broken(found: dict[str, str]) -> RuleBroken:
    """Return the refusal for a non-empty map of fields to sentences."""
    field, sentence = next(iter(found.items()))
    return RuleBroken(f"{field}: {sentence}", fields=found)
