"""Our Blueprint and Api: every operation names its access rule; shapes are read strictly."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import flask
import flask_smorest
import marshmallow as ma
from apispec.ext.marshmallow import MarshmallowPlugin
from flask_smorest.spec import APISpecMixin
from sqlalchemy.exc import SQLAlchemyError
from webargs import core as webargs_core
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from companion.core.errors import CompanionError, NotJson
from companion.core.schema import FIELD_TYPES
from companion.core.web import errors
from companion.core.web.gate import Access, guarded


class BadJson(CompanionError):
    """The body cannot be read as JSON."""

    status = 400
    code = "bad_json"
    title = "We could not read that"


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class StrictParser(FlaskParser):
    """Reads JSON strictly, and refuses names it does not know in an address too."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
    }

    def load_json(self, req: flask.Request, schema: ma.Schema) -> Any:
        """Return the body, or raise NotJson or BadJson with a sentence."""
        raw = req.get_data(cache=True)
        if not raw:
            return webargs_core.missing
        if not req.is_json:
            raise NotJson("Send JSON (Content-Type: application/json).")
        try:
            return json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise BadJson("We could not read that. Send one JSON object.") from None


Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A blueprint whose every route must say who may call it: deny by default."""

    ARGUMENTS_PARSER = StrictParser()

    def route(self, rule: str, *, access: Access, methods: list[str], **options: Any) -> Wrap:
        """Register a view function under `rule` for one method, guarded by `access`."""
        register = super().route(rule, methods=methods, **options)
        doc: dict[str, Any] = {"x-access": str(access), "responses": {"default": "DEFAULT_ERROR"}}
        if access is Access.ANYONE:
            doc["security"] = []
        document = self.doc(**doc)

        def decorator(func: Callable[..., Any]) -> Callable[..., Any]:
            register(document(guarded(func, access)))
            return func

        return decorator

    def arguments(self, schema: Any, **options: Any) -> Wrap:
        """Read and check the body (or `location="query"`) with `schema`."""
        wrap: Wrap = super().arguments(schema, **options)
        return wrap

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Wrap:
        """Write the answer with `schema`."""
        wrap: Wrap = super().response(status_code, schema, **options)
        return wrap

    def alt_response(self, status_code: Any, **options: Any) -> Wrap:
        """Document another answer of this operation."""
        wrap: Wrap = super().alt_response(status_code, **options)
        return wrap


class Api(flask_smorest.Api):  # type: ignore[misc]
    """The API with our error shape."""

    ERROR_SCHEMA = errors.ProblemSchema

    def _register_error_handlers(self) -> None:
        app = self._app
        app.register_error_handler(HTTPException, errors.from_http)
        app.register_error_handler(CompanionError, errors.from_companion)
        app.register_error_handler(SQLAlchemyError, errors.from_database)
        app.register_error_handler(Exception, errors.from_anything)

    def _register_responses(self) -> None:
        # The library documents errors as application/json; ours are problem details.
        self.DEFAULT_RESPONSE_CONTENT_TYPE = errors.PROBLEM
        APISpecMixin._register_responses(self)
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/json"


def make_api(app: flask.Flask) -> Api:
    """Return the API of `app`, with our fields described and signing in declared."""
    plugin = MarshmallowPlugin()
    app.config.update(
        API_TITLE="Companion",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app, spec_kwargs={"marshmallow_plugin": plugin})
    for field, (kind, form) in FIELD_TYPES.items():
        api.register_field(field, kind, form)
    api.spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "__Host-sid"})
    api.spec.options["security"] = [{"session": []}]
    return api
