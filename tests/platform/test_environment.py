"""Settings: read once, refused by name, clean for production."""

import os
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from config.environment import (
    REPOSITORY,
    REQUIRED_IN_PRODUCTION,
    SettingError,
    read_environment,
)
from config.mail import mail_settings

PRODUCTION = {
    "GONGDAO_MODE": "production",
    "GONGDAO_HOME": "",
    "SECRET_KEY": "k3y-" + "a1B2c3D4e5" * 6,
    "GONGDAO_FIELD_KEY": "x9Zk3vJr0m5sT7uWq2yB4nD6fH8jL1pAeCgIiKoMqSs=",
    "GONGDAO_BANK_SECRET": "q7Wn2Lr9Xb4Kt6Yp1Zs8",
    "GONGDAO_BANK_URL": "https://bank.example.org",
    "GONGDAO_PUBLIC_URL": "https://aid.example.org",
    "ALLOWED_HOSTS": "aid.example.org",
}


@pytest.fixture
def production(tmp_path):
    return PRODUCTION | {"GONGDAO_HOME": str(tmp_path)}


def test_the_settings_are_frozen(tmp_path):
    environment = read_environment({"GONGDAO_HOME": str(tmp_path)})
    with pytest.raises(FrozenInstanceError):
        environment.port = 1  # type: ignore[misc] # what the test is about


def test_secrets_do_not_show_in_the_representation(production):
    written = repr(read_environment(production))
    for name in ("SECRET_KEY", "GONGDAO_FIELD_KEY", "GONGDAO_BANK_SECRET"):
        assert production[name] not in written


def test_outside_production_secrets_are_made_once_and_kept_private(tmp_path):
    first = read_environment({"GONGDAO_HOME": str(tmp_path)})
    second = read_environment({"GONGDAO_HOME": str(tmp_path)})
    assert first.secret_key == second.secret_key
    assert first.secret_key != first.field_key
    for path in (tmp_path / "secrets").iterdir():
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", REQUIRED_IN_PRODUCTION)
def test_production_names_a_missing_setting(production, name):
    del production[name]
    with pytest.raises(SettingError, match=f"{name} is not set"):
        read_environment(production)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "django-insecure-" + "x" * 60),
        ("GONGDAO_FIELD_KEY", "change-me"),
        ("GONGDAO_BANK_SECRET", "demo"),
        ("ALLOWED_HOSTS", "*"),
        ("GONGDAO_PUBLIC_URL", "http://aid.example.org"),
        ("PORT", "eighty"),
        ("GONGDAO_MODE", "live"),
        ("GONGDAO_PROCESS", "worker"),
        ("GONGDAO_BEHIND_PROXY", "perhaps"),
    ],
)
def test_an_unfit_value_is_refused_by_name(production, name, value):
    production[name] = value
    with pytest.raises(SettingError, match=name):
        read_environment(production)


def test_every_wrong_setting_is_named_at_once(production):
    for name in ("SECRET_KEY", "GONGDAO_BANK_URL"):
        del production[name]
    with pytest.raises(SettingError, match=r"SECRET_KEY.*GONGDAO_BANK_URL"):
        read_environment(production)


@pytest.mark.parametrize(
    ("process", "mode", "may"),
    [
        ("web", "production", False),
        ("bank", "production", False),
        ("command", "production", False),
        ("clock", "production", True),
        ("web", "demo", False),
        ("clock", "demo", True),
    ],
)
def test_only_the_clock_opens_keys(production, process, mode, may):
    found = read_environment(production | {"GONGDAO_PROCESS": process, "GONGDAO_MODE": mode})
    assert found.may_open_secrets is may


def manage(settings: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=inherited | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_deployment_check_is_clean_with_the_documented_settings(production):
    answer = manage(production, "check", "--deploy", "--fail-level", "WARNING")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "no issues" in answer.stdout


def test_a_refused_setting_ends_a_command_with_one_line(production):
    del production["SECRET_KEY"]
    answer = manage(production, "check")
    assert answer.returncode == 1
    assert answer.stderr.strip() == "Settings refused: SECRET_KEY is not set."


def test_the_demo_refuses_production_settings(production):
    answer = manage(production, "demo")
    assert answer.returncode == 1
    assert "refuses to run with production settings" in answer.stderr


def test_a_web_process_has_no_owner_connection(tmp_path):
    from config.databases import databases

    web = databases(read_environment({"GONGDAO_HOME": str(tmp_path), "GONGDAO_PROCESS": "web"}))
    command = databases(read_environment({"GONGDAO_HOME": str(tmp_path)}))
    assert "owner" not in web
    assert command["owner"]["USER"] == "gongdao_owner"
    assert web["default"]["USER"] == "gongdao_app"


def test_a_database_url_is_taken_apart(production):
    from config.databases import databases

    url = "postgresql://gongdao_app:p%40ss@db.example.org:6432/aid?sslmode=verify-full"
    found = databases(read_environment(production | {"DATABASE_URL": url}))["default"]
    assert (found["USER"], found["PASSWORD"], found["HOST"]) == (
        "gongdao_app",
        "p@ss",
        "db.example.org",
    )
    assert (found["PORT"], found["NAME"]) == ("6432", "aid")
    assert found["OPTIONS"] == {"sslmode": "verify-full"}


def test_another_kind_of_database_is_refused_by_name(production):
    from config.databases import databases

    environment = read_environment(production | {"DATABASE_URL": "mysql://x@y/z"})
    with pytest.raises(SettingError, match="DATABASE_URL"):
        databases(environment)


def test_every_setting_is_documented():
    documented = (REPOSITORY / "docs" / "reference" / "settings.md").read_text()
    source = (REPOSITORY / "config" / "environment.py").read_text()
    names = set(re.findall(r'"([A-Z][A-Z_]{3,})"', source))
    assert {"PORT", "DATABASE_URL", "SECRET_KEY", "GONGDAO_MODE"} <= names
    assert {name for name in names if f"`{name}`" not in documented} == set()


def test_mail_goes_to_files_until_a_server_is_named(tmp_path):
    assert mail_settings("", tmp_path)["EMAIL_FILE_PATH"] == tmp_path
    named = mail_settings("smtp://aid%40example.org:s%3Acret@mail.example.org", tmp_path)
    assert (named["EMAIL_HOST"], named["EMAIL_PORT"]) == ("mail.example.org", 587)
    assert named["EMAIL_HOST_USER"] == "aid@example.org"
    assert named["EMAIL_HOST_PASSWORD"] == "s:cret"
    assert named["EMAIL_USE_TLS"]
    assert not named["EMAIL_USE_SSL"]
    assert mail_settings("smtps://mail.example.org", tmp_path)["EMAIL_PORT"] == 465


def test_mail_is_never_sent_in_clear_or_nowhere(tmp_path):
    for url in ("mail.example.org", "http://mail.example.org", "smtp://"):
        with pytest.raises(SettingError, match="EMAIL_URL"):
            mail_settings(url, tmp_path)
