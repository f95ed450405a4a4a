"""The errors a person can act on. Each carries a sentence, a status and the fields it speaks of."""

from __future__ import annotations


class CompanionError(Exception):
    """An expected refusal: `detail` is one plain sentence, `fields` maps a field's name to what to do."""

    status = 400
    code = "bad_request"
    title = "We could not do that"

    def __init__(self, detail: str, *, fields: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = dict(fields or {})
        self.headers: dict[str, str] = {}
        self.members: dict[str, object] = {}


class RuleBroken(CompanionError):
    """What was sent has the right shape and a wrong meaning."""

    status = 422
    code = "rule_broken"
    title = "There is a problem"

    def __init__(
        self, detail: str, field: str | None = None, *, fields: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail, fields=fields if fields is not None else ({field: detail} if field else {}))


class NotFound(CompanionError):
    """The record is missing or belongs to somebody else; nobody can tell which."""

    status = 404
    code = "not_found"
    title = "Not found"

    def __init__(self, detail: str = "We could not find that.") -> None:
        super().__init__(detail)


class SignInNeeded(CompanionError):
    """Nobody is signed in, or the sign-in has ended."""

    status = 401
    code = "sign_in_needed"
    title = "Sign in"

    def __init__(self, detail: str = "Sign in to carry on.") -> None:
        super().__init__(detail)
        self.headers["WWW-Authenticate"] = "Session"


class NotAllowed(CompanionError):
    """Signed in, but this is not for this role."""

    status = 403
    code = "not_allowed"
    title = "Not allowed"

    def __init__(self, detail: str = "You cannot do this here.") -> None:
        super().__init__(detail)


class Conflict(CompanionError):
    """The record changed elsewhere; both versions are kept for the person to choose from."""

    status = 409
    code = "conflict"
    title = "This changed somewhere else"


class TooLarge(CompanionError):
    """More was sent than one record may hold."""

    status = 413
    code = "too_large"
    title = "Too much at once"


class NotJson(CompanionError):
    """The body is not JSON."""

    status = 415
    code = "not_json"
    title = "Send JSON"


class TooMany(CompanionError):
    """Too many tries; `retry_after` is in seconds."""

    status = 429
    code = "too_many"
    title = "Too many tries"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.headers["Retry-After"] = str(max(1, retry_after))


class Busy(CompanionError):
    """The database is held by somebody else or away; nothing was saved, try again."""

    status = 503
    code = "busy"
    title = "Try again in a moment"

    def __init__(
        self, detail: str = "We are busy. Nothing was lost on this phone. Try again in a moment."
    ) -> None:
        super().__init__(detail)
        self.headers["Retry-After"] = "2"
