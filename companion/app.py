"""create_app(settings): the hand-written list of blueprints, the gate, the health answers."""

from __future__ import annotations

import hmac
import logging
from typing import Any

import flask
from marshmallow import fields
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from companion import migrations, pwa
from companion.accounts import use_cases as people
from companion.accounts.routes import blp as accounts
from companion.content.routes import blp as content
from companion.core import clock
from companion.core.orm import make_engine, make_reading_factory, make_session_factory
from companion.core.schema import Schema
from companion.core.sealing import Keyring
from companion.core.web import Access, Blueprint, Entrance, add_headers, check_own_page, make_api, reading
from companion.directory.routes import blp as directory
from companion.directory.routes.admin import blp as directory_admin
from companion.directory.routes.oruk import blp as oruk
from companion.goals.routes import blp as goals
from companion.push import use_cases as pushing
from companion.push.routes import blp as push
from companion.records.routes import blp as records
from companion.records.routes import feed as calendar
from companion.reminders.routes import blp as reminders
from companion.review.routes import blp as review
from companion.settings import Settings
from companion.sharing.routes import blp as sharing
from companion.treatment.routes import blp as treatment
from companion.wellbeing.routes import blp as wellbeing

MOST_BODY_BYTES = 256 * 1024

health = Blueprint("health", __name__, description="Is it alive, is it ready")
BLUEPRINTS = (
    health,
    accounts,
    content,
    goals,
    wellbeing,
    treatment,
    sharing,
    review,
    reminders,
    push,
    records,
    calendar,
    directory,
    directory_admin,
    oruk,
)


class HealthSchema(Schema):
    """`ok`, or what is missing in plain words."""

    status = fields.String()
    problems = fields.List(fields.String())


@health.route("/healthz", methods=["GET"], access=Access.ANYONE)
@health.response(200, HealthSchema)
def healthz() -> dict[str, Any]:
    """Tell that the process answers."""
    return {"status": "ok"}


@health.route("/readyz", methods=["GET"], access=Access.ANYONE)
@health.response(200, HealthSchema)
def readyz() -> tuple[dict[str, Any], int]:
    """Tell whether the database answers and has the newest tables."""
    problems = []
    try:
        with reading() as session:
            revision = session.scalar(text("SELECT version_num FROM alembic_version"))
        if revision != migrations.head():
            problems.append("The database needs `companion db upgrade`.")
    except SQLAlchemyError as error:
        logging.getLogger("companion.web").warning("not ready: %s", type(error).__name__)
        problems.append("The database does not answer.")
    return {"status": "not ready" if problems else "ok", "problems": problems}, 503 if problems else 200


def metrics() -> flask.Response:
    """Show numbers as Prometheus reads them to who has the operator's token; not found for others."""
    token = flask.current_app.extensions["companion_settings"].metrics_token
    given = flask.request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {token}".encode()):
        flask.abort(404)
    now = clock.now()
    with reading() as session:
        found = pushing.health(session, now)
    numbers = {
        "companion_push_waiting": found.waiting,
        "companion_push_oldest_wait_seconds": found.oldest_wait_s,
        "companion_push_subscriptions": found.phones,
    }
    if found.last_tick_at is not None:
        numbers["companion_worker_last_tick_age_seconds"] = (now - found.last_tick_at).total_seconds()
    if found.on_time is not None:
        numbers["companion_push_on_time_ratio"] = found.on_time
    lines = [f"# TYPE {name} gauge\n{name} {value:g}\n" for name, value in numbers.items()]
    return flask.Response("".join(lines), mimetype="text/plain; version=0.0.4")


def create_app(settings: Settings, engine: Engine | None = None) -> flask.Flask:
    """Return the web application. No connection is opened before the first request."""
    app = flask.Flask("companion", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]
    engine = engine or make_engine(settings.database_url)
    keyring = Keyring(settings.master_key)
    app.extensions["companion"] = Entrance(
        writing=make_session_factory(engine, keyring),
        reading=make_reading_factory(engine, keyring),
        identify=people.identify,
        touch=people.touch,
        base_url=settings.base_url,
    )
    app.extensions["companion_settings"] = settings
    app.before_request(check_own_page)
    app.after_request(add_headers)
    api = make_api(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    if settings.metrics_token is not None:
        app.add_url_rule("/metrics", view_func=metrics)
    pwa.register(app)
    return app
