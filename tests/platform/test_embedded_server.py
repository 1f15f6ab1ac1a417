"""The supervisor: starting, sharing, stopping, recovering, refusing."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from config.environment import REPOSITORY
from config.postgres import users
from config.postgres.errors import DataHomeUnreachableError, EmbeddedPostgresError
from config.postgres.home import APP, DATABASE, OWNER, ROLES, SUPERUSER, PostgresHome, home_of

USER = """
import sys
from config.postgres.home import home_of
from config.postgres.users import hold
print(hold(home_of(sys.argv[1])), flush=True)
sys.stdin.read()
"""


def use_in_another_process(home: PostgresHome) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(home.data_home)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "Address" in process.stdout.readline()
    return process


def end(process: "subprocess.Popen[str]", how: int) -> None:
    process.send_signal(how)
    with process:
        process.wait()


def postmaster(home: PostgresHome) -> int:
    return int((home.data / "postmaster.pid").read_text().splitlines()[0])


def ask(home: PostgresHome, question: str, role: str = SUPERUSER) -> object:
    connection = users.connect(home, role, DATABASE)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        connection.close()


def test_importing_settings_starts_nothing_and_makes_no_cluster(home):
    subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=REPOSITORY,
        env=os.environ
        | {"GONGDAO_HOME": str(home.data_home), "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=True,
    )
    assert not home.root.exists()


def test_a_new_home_gets_a_server_with_three_plain_roles_and_checksums(home):
    users.hold(home)
    connection = users.connect(home, SUPERUSER)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'gongdao_%'"
            " AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls) ORDER BY 1"
        )
        roles = [row[0] for row in cursor.fetchall()]
    connection.close()
    assert roles == ["gongdao_app", "gongdao_auditor", "gongdao_owner"]
    assert ask(home, "SHOW data_checksums") == "on"
    assert ask(home, "SHOW server_encoding") == "UTF8"
    assert ask(home, "SHOW fsync") == "on"
    assert ask(home, "SHOW synchronous_commit") == "on"


def test_nobody_gets_in_without_a_password(home):
    address = users.hold(home)
    for role in ROLES:
        with pytest.raises(psycopg2.OperationalError, match="password"):
            psycopg2.connect(
                host=address.host, port=address.port, user=role, dbname="postgres", passfile=""
            )


def test_passwords_are_in_files_only_their_owner_reads(home):
    users.hold(home)
    for role in ROLES:
        assert stat.S_IMODE(home.passfile(role).stat().st_mode) == 0o600
    assert stat.S_IMODE(home.passwords.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.data.stat().st_mode) == 0o700


def test_folders_above_the_data_keep_their_modes(home):
    home.data_home.chmod(0o751)
    before = stat.S_IMODE(home.data_home.parent.stat().st_mode)
    users.hold(home)
    assert stat.S_IMODE(home.data_home.stat().st_mode) == 0o751
    assert stat.S_IMODE(home.data_home.parent.stat().st_mode) == before


def test_the_application_reads_and_adds_but_does_not_change_new_tables(home):
    users.hold(home)
    owner = users.connect(home, OWNER, DATABASE)
    with owner, owner.cursor() as cursor:
        cursor.execute("CREATE TABLE thing (id bigserial PRIMARY KEY, word text)")
    owner.close()
    app = users.connect(home, APP, DATABASE)
    app.autocommit = True
    with app.cursor() as cursor:
        cursor.execute("INSERT INTO thing (word) VALUES ('a')")
        for refused in (
            "UPDATE thing SET word = 'b'",
            "DELETE FROM thing",
            "TRUNCATE thing",
            "DROP TABLE thing",
            "CREATE TABLE other (id int)",
            "ALTER TABLE thing DISABLE TRIGGER ALL",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(refused)
    app.close()


def test_two_processes_share_one_server_and_it_stops_with_the_last(home):
    first = use_in_another_process(home)
    server = postmaster(home)
    second = use_in_another_process(home)
    assert postmaster(home) == server
    end(first, signal.SIGTERM)
    time.sleep(0.6)
    assert users.guardian_is_alive(home)
    assert ask(home, "SELECT 1") == 1
    end(second, signal.SIGTERM)
    assert users.wait_until_stopped(home)
    assert not (home.data / "postmaster.pid").exists()


def test_it_stops_even_when_its_last_user_is_killed(home):
    process = use_in_another_process(home)
    end(process, signal.SIGKILL)
    assert users.wait_until_stopped(home)
    assert not (home.data / "postmaster.pid").exists()


def test_several_processes_starting_at_once_get_one_server(home):
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", USER, str(home.data_home)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in starting:
        assert process.stdout is not None
        assert "Address" in process.stdout.readline()
    assert ask(home, "SELECT count(*) FROM pg_roles WHERE rolname = 'gongdao_app'") == 1
    for process in starting:
        end(process, signal.SIGTERM)


def test_a_killed_server_comes_back_with_what_was_committed(home):
    users.hold(home)
    owner = users.connect(home, OWNER, DATABASE)
    with owner, owner.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (id int)")
        cursor.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    owner.close()
    killed = postmaster(home)
    os.kill(killed, signal.SIGKILL)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if ask(home, "SELECT count(*) FROM kept") == 1000 and postmaster(home) != killed:
                return
        except (psycopg2.OperationalError, FileNotFoundError):
            time.sleep(0.1)
    pytest.fail("the server did not come back")


def test_a_killed_guardian_takes_the_server_along_and_the_next_user_starts_anew(home):
    process = use_in_another_process(home)
    server = postmaster(home)
    guardian = int(Path(f"/proc/{server}/stat").read_text().rsplit(")", 1)[1].split()[1])
    os.kill(guardian, signal.SIGKILL)
    end(process, signal.SIGTERM)
    users.hold(home)
    assert ask(home, "SELECT 1") == 1
    assert postmaster(home) != server


def test_a_home_too_deep_for_a_socket_is_served_by_tcp_and_found_by_others(home):
    deep = home_of(home.data_home / ("deep" * 25))
    deep.data_home.mkdir()
    assert not deep.uses_socket()
    address = users.hold(deep)
    try:
        assert address.host == "127.0.0.1"
        assert deep.address() == address
        assert ask(deep, "SELECT 1", APP) == 1
        other = use_in_another_process(deep)
        end(other, signal.SIGTERM)
        assert ask(deep, "SELECT 1") == 1
    finally:
        users.release(deep)
        assert users.wait_until_stopped(deep)


def test_an_interrupted_first_start_is_begun_anew(home):
    home.root.mkdir()
    (home.root / "data.new").mkdir()
    (home.root / "data.new" / "half").write_text("made")
    users.hold(home)
    assert ask(home, "SELECT 1") == 1
    assert not (home.root / "data.new").exists()


def test_a_cluster_that_cannot_start_is_reported_with_the_log(home):
    users.hold(home)
    users.release(home)
    assert users.wait_until_stopped(home)
    (home.data / "global" / "pg_control").write_bytes(b"nonsense")
    with pytest.raises(EmbeddedPostgresError, match=r"server\.log"):
        users.hold(home)


def test_wrong_passwords_are_named(home):
    users.hold(home)
    users.release(home)
    assert users.wait_until_stopped(home)
    home.passfile(SUPERUSER).write_text(f"*:*:*:{SUPERUSER}:wrong\n")
    with pytest.raises(EmbeddedPostgresError, match="passwords"):
        users.hold(home)


def test_a_home_the_unprivileged_user_cannot_reach_is_refused_by_name(home):
    if os.geteuid() != 0:
        return  # only root changes user
    closed = home_of(home.data_home / "closed" / "inner")
    closed.data_home.parent.mkdir(mode=0o700)
    with pytest.raises(DataHomeUnreachableError, match="GONGDAO_HOME"):
        users.hold(closed)
    assert stat.S_IMODE(closed.data_home.parent.stat().st_mode) == 0o700
