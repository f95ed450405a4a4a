"""Settings: every gap in one error, names that are nearly right, keys from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.core.sealing import new_master_key
from companion.settings import TABLE, Settings, SettingsWrong, subject_problem

GOOD = {"COMPANION_MASTER_KEY": new_master_key()}


def test_defaults_are_enough_with_a_master_key(tmp_path: Path) -> None:
    found = Settings.from_env({**GOOD, "COMPANION_DATA_DIR": str(tmp_path)})
    assert found.database_url == f"sqlite:///{tmp_path}/companion.db"
    assert found.tick_seconds == 5


def test_every_gap_is_listed_at_once() -> None:
    with pytest.raises(SettingsWrong) as wrong:
        Settings.from_env(
            {
                "COMPANION_DATABASE_URL": "mysql://x",
                "COMPANION_BASE_URL": "example.org/app",
                "COMPANION_VAPID_PRIVATE_KEY": "short",
                "COMPANION_PUSH_ORIGINS": "http://ok:1,nonsense",
                "COMPANION_TICK_SECONDS": "soon",
                "COMPANION_DATABSE_URL": "typo",
                "COMPANION_MASTER_KEY_FILE": "/nowhere/key",
            }
        )
    text = str(wrong.value)
    for name in ("MASTER_KEY", "DATABASE_URL", "BASE_URL", "VAPID_PRIVATE_KEY", "VAPID_SUBJECT"):
        assert f"COMPANION_{name}" in text
    assert "COMPANION_PUSH_ORIGINS" in text
    assert "COMPANION_TICK_SECONDS" in text
    assert "COMPANION_DATABSE_URL is not a setting. Did you mean COMPANION_DATABASE_URL?" in text


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(GOOD["COMPANION_MASTER_KEY"] + "\n")
    found = Settings.from_env({"COMPANION_MASTER_KEY_FILE": str(tmp_path / "key")})
    assert len(found.master_key) == 32
    with pytest.raises(SettingsWrong, match="both set"):
        Settings.from_env({**GOOD, "COMPANION_MASTER_KEY_FILE": str(tmp_path / "key")})


def test_a_contact_that_push_services_refuse_is_refused_here() -> None:
    assert subject_problem("mailto:ops@localhost")
    assert subject_problem("mailto:ops@box.local")
    assert subject_problem("ops@example.org")
    assert subject_problem("mailto:ops@example.org") is None
    assert subject_problem("https://example.org") is None


def test_the_key_is_not_in_the_words_of_the_object() -> None:
    found = Settings.from_env(GOOD)
    assert GOOD["COMPANION_MASTER_KEY"] not in repr(found)
    assert repr(found.master_key) not in repr(found)


def test_the_readme_names_every_setting() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for row in TABLE:
        assert f"`COMPANION_{row.name}`" in readme, row.name
        assert row.meaning in readme, row.name
