"""The pure rules of push."""

from __future__ import annotations

import json
import os
import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from companion.core.errors import RuleBroken
from companion.push import rules
from companion.push.gateway import push_origins
from companion.push.rules import Answered, Outcome, Refused, Unanswered

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

REFUSED_ENDPOINTS = [
    "http://fcm.googleapis.com/fcm/send/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evil.example/fcm.googleapis.com",
    "https://fcm.googleapis.com@evil.example/x",
    "https://evil.example@fcm.googleapis.com/x",
    "https://user:word@fcm.googleapis.com/x",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com:22/x",
    "https://fcm.googleapis.com:0/x",
    "https://fcm.googleapis.com:99999/x",
    "https://fcm.googleapis.com./x",
    "https://xfcm.googleapis.com/x",
    "https://googleapis.com/x",
    "https://storage.googleapis.com/x",
    "https://push.apple.com/x",
    "https://evilpush.apple.com/x",
    "https://notify.windows.com/x",
    "https://push.services.mozilla.com/x",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://0177.0.0.1/x",
    "https://0.0.0.0/x",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.1/x",
    "https://192.168.0.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[fe80::1]/x",
    "https://[64:ff9b::7f00:1]/x",
    "https://localhost/x",
    "https://localhost.localdomain/x",
    "https://metadata/x",
    "https://fcm。googleapis。com/x",
    "https://fcm.googleapis.com\\@evil.example/x",
    "https://fcm.googleapis.com\t.evil.example/x",
    "https://fcm.googleapis.com\n/x",
    "https:///x",
    "https://",
    "file:///etc/passwd",
    "ftp://fcm.googleapis.com/x",
    "gopher://fcm.googleapis.com/x",
    "javascript:alert(1)",
    "//fcm.googleapis.com/x",
    "fcm.googleapis.com/x",
    "",
    "https://[fcm.googleapis.com]/x",
    "http://127.0.0.1:9001/x",
    "http://127.0.0.1:9000@evil.example/x",
]
GOOD_ENDPOINTS = [
    "https://fcm.googleapis.com/fcm/send/abc:def",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
    "https://autopush.push.services.mozilla.com/wpush/v2/gAAA",
    "https://web.push.apple.com/QAbc",
    "https://wns2-db5p.notify.windows.com/w/?token=abc",
    "https://FCM.googleapis.com/fcm/send/abc",
    "http://127.0.0.1:9000/push/x",
]


@pytest.mark.parametrize("endpoint", REFUSED_ENDPOINTS)
def test_it_refuses_endpoints_that_are_no_push_service(endpoint: str) -> None:
    assert push_origins(frozenset({"http://127.0.0.1:9000"})).problem(endpoint) is not None


@pytest.mark.parametrize("endpoint", GOOD_ENDPOINTS)
def test_it_takes_endpoints_of_the_push_services(endpoint: str) -> None:
    assert push_origins(frozenset({"http://127.0.0.1:9000"})).problem(endpoint) is None


def _point() -> bytes:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def test_it_takes_keys_a_browser_makes_with_and_without_padding() -> None:
    for _ in range(20):
        point, auth = rules.encode_base64url(_point()), rules.encode_base64url(os.urandom(16))
        rules.check_keys(point, auth)
        rules.check_keys(point + "=", auth + "==")


@pytest.mark.parametrize(
    ("p256dh", "auth", "field"),
    [
        ("", "A" * 22, "keys.p256dh"),
        ("not base64!", "A" * 22, "keys.p256dh"),
        (rules.encode_base64url(b"\x04" + bytes(64)), "A" * 22, "keys.p256dh"),
        (rules.encode_base64url(b"\x04" + b"\xff" * 64), "A" * 22, "keys.p256dh"),
        (rules.encode_base64url(b"\x03" + _point()[1:]), "A" * 22, "keys.p256dh"),
        (rules.encode_base64url(_point()[:33]), "A" * 22, "keys.p256dh"),
        (rules.encode_base64url(_point() + b"\x00"), "A" * 22, "keys.p256dh"),
        (rules.encode_base64url(_point()), "", "keys.auth"),
        (rules.encode_base64url(_point()), rules.encode_base64url(bytes(4)), "keys.auth"),
        (rules.encode_base64url(_point()), rules.encode_base64url(bytes(17)), "keys.auth"),
    ],
    # Named, because the points are random and workers compare the names of their tests.
    ids=[
        "empty",
        "not base64",
        "zero",
        "off the curve",
        "compressed",
        "half",
        "too long",
        "no secret",
        "short secret",
        "long secret",
    ],
)
def test_it_refuses_keys_no_browser_makes(p256dh: str, auth: str, field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        rules.check_keys(p256dh, auth)
    assert field in broken.value.fields


@given(st.binary(min_size=64, max_size=64))
def test_a_random_point_is_refused(tail: bytes) -> None:
    with pytest.raises(RuleBroken):
        rules.check_keys(rules.encode_base64url(b"\x04" + tail), "A" * 22)


@given(
    st.uuids(),
    st.integers(1, 10**6),
    st.text("abcdefghij.-", min_size=1, max_size=60),
    st.sampled_from(rules.Kind),
)
def test_every_payload_has_one_length_and_neutral_words(
    reference: UUID, serial: int, host: str, kind: rules.Kind
) -> None:
    payload = rules.payload_of(f"https://{host}", reference, serial, kind=kind)
    assert len(payload) == rules.PAYLOAD_BYTES
    body = json.loads(payload)
    assert body["notification"]["tag"] == str(reference)
    screen = f"reminders/{reference}" if kind is rules.Kind.REMINDER else f"turn-on?test={reference}"
    assert body["notification"]["navigate"] == f"https://{host}/#/{screen}"
    assert body["n"] == serial
    assert set(body) == {"web_push", "notification", "n"}


@given(st.uuids(), st.text(max_size=300), st.text(max_size=300))
def test_words_of_their_own_change_no_length(reference: UUID, title: str, body: str) -> None:
    words = rules.Words(title.encode(errors="ignore").decode(), body.encode(errors="ignore").decode())
    payload = rules.payload_of("https://app.example.org", reference, 1, words)
    assert len(payload) == rules.PAYLOAD_BYTES
    shown = json.loads(payload)["notification"]
    assert (shown["title"], shown["body"]) in {
        (words.title, words.body),
        (rules.USUAL_WORDS.title, rules.USUAL_WORDS.body),
    }


def test_topics_are_few_and_of_one_length() -> None:
    assert set(rules.TOPICS) == set(rules.Kind)
    assert {len(topic) for topic in rules.TOPICS.values()} == {2}


@pytest.mark.parametrize(
    ("sent", "arrived", "refused", "expected"),
    [
        (None, None, None, "ok"),
        (1, None, None, "ok"),
        (7, None, None, "quiet"),
        (9, 1, None, "quiet"),
        (9, 8, None, "ok"),
        (None, None, 2, "refused"),
        (1, 1, 2, "refused"),
        (3, 3, 2, "ok"),
    ],
)
def test_a_phone_that_went_quiet_or_is_refused_is_told(
    sent: int | None, arrived: int | None, refused: int | None, expected: str
) -> None:
    at = [None if days is None else NOW + timedelta(days=days) for days in (sent, arrived, refused)]
    assert rules.health_of(NOW, *at) == expected


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *[(status, Outcome.SENT) for status in (200, 201, 202, 204)],
        *[(status, Outcome.GONE) for status in (404, 410)],
        *[(status, Outcome.RETRY) for status in (408, 429, 500, 502, 503, 504)],
        *[(status, Outcome.RETRY) for status in (401, 403)],
        *[(status, Outcome.RETRY) for status in (301, 302, 303, 307, 308)],
        *[(status, Outcome.REJECTED) for status in (400, 405, 413, 415, 422)],
    ],
)
def test_each_status_has_its_outcome(status: int, outcome: Outcome) -> None:
    assert rules.decide(Answered(status)).outcome is outcome


def test_no_answer_is_tried_again_and_a_refused_endpoint_is_not() -> None:
    assert rules.decide(Unanswered("timeout")).outcome is Outcome.RETRY
    assert rules.decide(Refused("it is not https")).outcome is Outcome.REJECTED


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_warns_the_operator_and_keeps_the_subscription(status: int) -> None:
    verdict = rules.decide(Answered(status))
    assert verdict.warning is not None
    assert "VAPID" in verdict.warning


@pytest.mark.parametrize(
    ("asked", "seconds"), [(120, 120.0), (0, 0.0), (999_999_999_999, rules.MOST_RETRY_AFTER_S), (None, None)]
)
def test_it_waits_as_long_as_was_asked_and_at_most_a_day(asked: float | None, seconds: float | None) -> None:
    assert rules.decide(Answered(429, asked)).wait_s == seconds


@given(st.integers(1, 10_000), st.none() | st.floats(0, 86_400), st.integers())
def test_back_off_is_bounded_and_never_shorter_than_asked(
    tries: int, wait_s: float | None, seed: int
) -> None:
    again = rules.next_try_at(NOW, tries, wait_s, random.Random(seed))
    assert again >= NOW + timedelta(seconds=max(1.0, wait_s or 0))
    if wait_s is None:
        assert again <= NOW + timedelta(seconds=1 + rules.MOST_BACK_OFF_S)
