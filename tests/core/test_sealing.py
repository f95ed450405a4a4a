"""Sealed bodies open only in their own row, with their own key."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.core.sealing import Keyring, SealBroken, new_master_key
from companion.settings import parse_master_key

KEYRING = Keyring(bytes(range(32)))
OWNER, ROW = uuid4(), uuid4()
SEALER = KEYRING.sealer(OWNER, KEYRING.new_wrapped_key(OWNER))


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none(), max_size=5))
def test_what_is_sealed_can_be_opened(body: dict[str, object]) -> None:
    assert SEALER.unseal("goals_goal", ROW, SEALER.seal("goals_goal", ROW, body)) == body


def test_a_body_moved_to_another_row_table_or_owner_does_not_open() -> None:
    blob = SEALER.seal("goals_goal", ROW, {"title": "x"})
    stranger = uuid4()
    other = KEYRING.sealer(stranger, KEYRING.new_wrapped_key(stranger))
    with pytest.raises(SealBroken):
        other.unseal("goals_goal", ROW, blob)
    with pytest.raises(SealBroken):
        SEALER.unseal("goals_goal", uuid4(), blob)
    with pytest.raises(SealBroken):
        SEALER.unseal("goals_change", ROW, blob)


def test_a_wrapped_key_opens_for_its_owner_only() -> None:
    wrapped = KEYRING.new_wrapped_key(OWNER)
    with pytest.raises(SealBroken):
        KEYRING.sealer(uuid4(), wrapped)
    with pytest.raises(SealBroken):
        Keyring(bytes(32)).sealer(OWNER, wrapped)


def test_every_flipped_byte_is_noticed() -> None:
    blob = SEALER.seal("t", ROW, {"note": "hello"})
    for place in range(len(blob)):
        broken = bytearray(blob)
        broken[place] ^= 1
        with pytest.raises(SealBroken):
            SEALER.unseal("t", ROW, bytes(broken))
    with pytest.raises(SealBroken):
        SEALER.unseal("t", ROW, b"")


def test_two_seals_of_one_body_differ() -> None:
    assert SEALER.seal("t", ROW, {"a": 1}) != SEALER.seal("t", ROW, {"a": 1})


def test_names_of_objects_hold_no_key() -> None:
    assert repr(SEALER.key) not in repr(SEALER)
    assert repr(KEYRING.master) not in repr(KEYRING)


def test_a_master_key_is_read_in_either_alphabet_and_refused_with_a_sentence() -> None:
    assert len(parse_master_key(new_master_key())) == 32
    with pytest.raises(ValueError, match="not 32"):
        parse_master_key("AAAA")
    with pytest.raises(ValueError, match="base64"):
        parse_master_key("not base64!")
