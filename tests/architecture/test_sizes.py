"""Files stop at 400 lines, functions at 60, and rooms are named for what is in them."""

import ast

from tests.architecture.source import ROOT, modules, name, tree

FILE_LINES = 400
FUNCTION_LINES = 60
NO_ROOMS = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py", "signals.py", "admin.py"}


def test_files_are_at_most_400_lines():
    paths = [*modules(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    lengths = {name(path): len(path.read_text().splitlines()) for path in paths}
    assert {path: length for path, length in lengths.items() if length > FILE_LINES} == {}


def test_functions_are_at_most_60_lines():
    long = []
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    long.append(f"{name(path)}:{node.lineno} {node.name} has {length} lines")
    assert long == []


def test_there_is_no_room_for_odds_and_ends():
    assert [name(path) for path in modules() if path.name in NO_ROOMS] == []


def test_every_module_says_what_it_holds():
    silent = [
        name(path)
        for path in modules()
        if path.read_text().strip() and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_public_services_and_rules_are_documented():
    silent = []
    for path in modules():
        if not {"services", "rules", "queries"} & {*path.parts, path.stem}:
            continue
        for node in tree(path).body:
            is_public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):
                silent.append(f"{name(path)}: {node.name}")
    assert silent == []


def test_nothing_is_left_for_later():
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    found = [
        f"{name(path)}: {word}"
        for path in modules(migrations=True)
        for word in words
        if word in path.read_text()
    ]
    assert found == []
