import json
import multiprocessing
import stat
from pathlib import Path

import pytest

from factcheck.settings import (
    LINE_CONTENT_HOST,
    LINE_HOST,
    SECRET_NAMES,
    Settings,
    SettingsError,
    load_settings,
    require_for_service,
)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))


def production(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*SECRET_NAMES, "MAIL_URL"):
        monkeypatch.setenv(name, f"given {name}")
    monkeypatch.setenv("BASE_URL", "https://check.example.org/")


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        require_for_service(load_settings())
    message = str(caught.value)
    for name in (*SECRET_NAMES, "BASE_URL", "MAIL_URL", "TRIAL=1", "docs/settings.md"):
        assert name in message


@pytest.mark.parametrize("missing", [*SECRET_NAMES, "BASE_URL", "MAIL_URL"])
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_one_missing_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch, missing: str, how: str) -> None:
    production(monkeypatch)
    require_for_service(load_settings())
    if how == "empty":
        monkeypatch.setenv(missing, "")
    else:
        monkeypatch.delenv(missing)
    with pytest.raises(SettingsError) as caught:
        require_for_service(load_settings())
    assert f"missing: {missing}." in str(caught.value)


def test_production_uses_what_it_is_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    production(monkeypatch)
    settings = load_settings()
    assert settings.secret_key == "given SECRET_KEY"
    assert settings.base_url == "https://check.example.org"
    assert (settings.line_host, settings.line_content_host) == (LINE_HOST, LINE_CONTENT_HOST)
    assert not (tmp_path / "var").exists(), "no secrets are invented"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("WORKER_THREADS", "0"),
        ("TRIAL", "perhaps"),
        ("SEARCH_BACKEND", "solr"),
        ("DEFAULT_LOCALE", "xx"),
        ("BASE_URL", "check.example.org"),
        ("LINE_API_BASE", "ftp://example.org"),
        ("DATABASE_URL", "my database"),
        ("DATABASE_URL", "mysql://user:hunter2@host/db"),
        ("DATABASE_URL", "postgresql://user:hunter2@host:port/db"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert f"{name}: " in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("SEARCH_BACKEND", "solr")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "PORT: " in str(caught.value)
    assert "SEARCH_BACKEND: " in str(caught.value)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h:5432/d?sslmode=require", "postgresql+psycopg://u:p@h:5432/d?sslmode=require"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////data/factline.sqlite", "sqlite:////data/factline.sqlite"),
    ],
)
def test_forms_of_database_urls(monkeypatch: pytest.MonkeyPatch, given: str, used: str) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    assert load_settings().resolved_database_url == used


def test_without_a_database_url_a_file_in_var_dir_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load_settings().resolved_database_url == f"sqlite:///{tmp_path / 'var' / 'factline.sqlite'}"
    monkeypatch.delenv("VAR_DIR")
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    monkeypatch.chdir("/")
    relative = settings.resolved_database_url
    assert relative.startswith("sqlite:////"), "absolute, whatever the working directory is"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1  # type: ignore[misc]


def test_a_trial_invents_its_secrets_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIAL", "1")
    first = load_settings()
    require_for_service(first)
    secrets = [getattr(first, name.lower()) for name in SECRET_NAMES]
    assert len(set(secrets)) == len(SECRET_NAMES)
    assert all(len(secret) >= 32 for secret in secrets)
    assert load_settings() == first
    files = list((tmp_path / "var").iterdir())
    assert [file.name for file in files] == ["trial-secrets.json"], "no drafts are left over"
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_a_trial_keeps_what_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAL", "1")
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("SECRET_KEY", "mine")
    settings = load_settings()
    assert settings.secret_key == "mine"
    assert settings.base_url == "http://localhost:8123"
    assert settings.line_host == settings.line_content_host == "http://localhost:8123/simulator/line"
    production(monkeypatch)
    monkeypatch.setenv("LINE_API_BASE", "https://api.line.me")
    settings = load_settings()
    assert (settings.base_url, settings.line_host) == ("https://check.example.org", LINE_HOST)
    assert settings.line_channel_secret == "given LINE_CHANNEL_SECRET"


@pytest.mark.parametrize("content", ["", "{broken", "[]", '{"SECRET_KEY": "only this"}'])
def test_a_damaged_file_of_secrets_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    monkeypatch.setenv("TRIAL", "1")
    path = tmp_path / "var" / "trial-secrets.json"
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(SettingsError, match=r"trial-secrets\.json"):
        load_settings()


def test_who_is_not_answered_and_how_long_things_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    assert (settings.blocked_users, settings.retention_days, settings.messages_a_minute) == (frozenset(), 30, 60)
    monkeypatch.setenv("BLOCKED_LINE_USERS", " U1,U2 ,,")
    assert load_settings().blocked_users == {"U1", "U2"}
    for name, wrong in (("RETENTION_DAYS", "0"), ("RETENTION_DAYS", "366"), ("MESSAGES_A_MINUTE", "0")):
        with monkeypatch.context() as patch:
            patch.setenv(name, wrong)
            with pytest.raises(SettingsError, match=name):
                load_settings()


def test_whom_to_call(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().numbers_to_call == {"fraud": "165", "police": "110", "support": "1925"}
    monkeypatch.setenv("HOTLINES", "emergency=112,police=+66-2-123 ")
    assert load_settings().numbers_to_call == {"emergency": "112", "police": "+66-2-123"}
    monkeypatch.setenv("HOTLINES", "none")
    assert load_settings().numbers_to_call == {}
    for wrong in ("165", "police=", "police=javascript:alert(1)", "aliens=1"):
        monkeypatch.setenv("HOTLINES", wrong)
        with pytest.raises(SettingsError, match="HOTLINES"):
            load_settings()


def _secrets_of_a_new_process(var_dir: str, start: object, found: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    settings = load_settings(trial=True, var_dir=var_dir)
    found.put([getattr(settings, name.lower()) for name in SECRET_NAMES])  # type: ignore[attr-defined]


def test_processes_that_start_at_once_agree_on_the_secrets(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    start, found = context.Barrier(4), context.Queue()
    arguments = (str(tmp_path / "fresh"), start, found)
    processes = [context.Process(target=_secrets_of_a_new_process, args=arguments) for _ in range(4)]
    for process in processes:
        process.start()
    answers = [found.get(timeout=300) for _ in processes]
    for process in processes:
        process.join()
        process.close()
    assert all(answer == answers[0] for answer in answers)
    kept = json.loads((tmp_path / "fresh" / "trial-secrets.json").read_text())
    assert [kept[name] for name in SECRET_NAMES] == answers[0]
    assert len(list((tmp_path / "fresh").iterdir())) == 1
