"""The documents name what exists: settings, codes, files, guards; and stand on their own."""

import ast
import re

import pytest
from django.conf import settings
from django.core.management import call_command

from config.management.commands.check_docs import document_problems
from tests.architecture.source import APPS, ROOT, calls, dotted, modules

DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SETTING = re.compile(r"^[A-Z][A-Z_]{3,}$")
TICKED = re.compile(r"`([^`\n]+)`")
A_FILE = re.compile(r"^[\w.-]+(/[\w.-]+)*\.(py|json|md|toml|html|css|js|lock)$")
APPEND_ONLY = re.compile(r'AppendOnly\("(\w+)"\)')


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def settings_read() -> set[str]:
    """The names of the environment that config/environment.py asks for."""
    return {
        node.value
        for node in ast.walk(ast.parse(read("config/environment.py")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SETTING.match(node.value)
        and (node.value == "PORT" or "_" in node.value)
    } - {"WEB", "CLOCK"}


def migrations() -> str:
    """All that the migrations say, with the names of triggers that are made from a table's."""
    found = [
        path.read_text(encoding="utf-8")
        for app in APPS
        for path in sorted((ROOT / app / "migrations").glob("*.py"))
    ]
    text = "\n".join(found)
    return text + "".join(f"\n{table}_append_only" for table in APPEND_ONLY.findall(text))


def test_every_setting_is_documented_and_none_that_is_not_read():
    page = read("docs/reference/settings.md")
    table = re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)
    assert sorted(table) == sorted(settings_read())


def test_the_list_of_error_codes_is_fresh():
    call_command("list_errors", "--check")


def test_every_promise_names_guards_and_files_that_exist():
    guards = migrations()
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in read("docs/reference/promises.md").splitlines()
        if re.match(r"\| \d+ ", line)
    ]
    assert [int(row[0].split()[0]) for row in rows] == list(range(1, 60))
    wrong = []
    for row in rows:
        wrong += [
            (row[0], name)
            for name in TICKED.findall(row[2])
            if not re.search(rf"\b{name}\b", guards)
        ]
        wrong += [
            (row[0], path)
            for path in TICKED.findall(row[3] + row[4])
            if not (ROOT / path).is_file()
        ]
        if "★" in row[0] and row[2] == "–":
            wrong.append((row[0], "a promise with a star is held by the database"))
    assert wrong == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_a_document_names_exists(path):
    missing = [
        name
        for name in TICKED.findall(path.read_text(encoding="utf-8"))
        if A_FILE.match(name) and "/" in name and name.split("/")[0] in ROOT_FOLDERS
        if not (ROOT / name).exists() and not (path.parent / name).exists()
    ]
    assert missing == []


ROOT_FOLDERS = {*APPS, "config", "tests", "templates", "static", "docs", "bench"}


def test_every_decision_is_in_the_index_once():
    index = read("docs/adr/README.md")
    decisions = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert re.findall(r"\]\((\d{4}[\w-]+\.md)\)", index) == decisions
    for name in decisions:
        heading = read(f"docs/adr/{name}").splitlines()[0]
        assert heading.startswith(f"# {int(name[:4])}. "), f"{name}: {heading}"


def test_the_readme_is_one_screen_in_both_languages():
    for name in ("README.md", "README.zh.md"):
        lines = read(name).splitlines()
        assert len(lines) <= 60, f"{name} has {len(lines)} lines"
        for command in ("make demo", "make test"):
            assert command in "\n".join(lines)


def test_every_kind_of_entry_is_in_the_records_page():
    page = read("docs/reference/record.md")
    kinds = {
        keyword.value.value
        for path in modules(*APPS)
        for call in calls(path)
        if dotted(call.func).rpartition(".")[2] == "append_entry"
        for keyword in call.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }
    assert {"verdict", "roll_frozen", "payout_settled"} <= kinds
    assert sorted(kind for kind in kinds if f"`{kind}`" not in page) == []


def test_the_documents_are_sound():
    assert document_problems(settings.BASE_DIR) == []


def test_the_state_drawings_are_fresh():
    call_command("draw_states", "--check")


def test_a_dead_link_an_open_fence_and_a_number_used_twice_are_found(tmp_path):
    (tmp_path / "docs" / "adr").mkdir(parents=True)
    (tmp_path / "README.md").write_text("# A\n[b](docs/none.md)\n```bash\n")
    (tmp_path / "docs" / "adr" / "0001-a.md").write_text("# 1\n")
    (tmp_path / "docs" / "adr" / "0001-b.md").write_text("# 1\n")
    assert len(document_problems(tmp_path)) == 3
