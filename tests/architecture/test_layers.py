"""Upper apps import lower ones, never the reverse."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ALL, ROOT, imports, modules, name

ORDER = ("core", "record", "members", "claims", "jury", "sharing", "payouts", "disclosure", "desk")


def test_the_import_contracts_hold():
    program = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run(
        [str(program), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout


def test_no_app_imports_one_above_it_even_inside_a_function():
    found = []
    for level, app in enumerate(ORDER):
        above = {*ORDER[level + 1 :], "config", "tests", "bench"}
        for path in modules(app, migrations=True):
            found += [
                f"{name(path)}:{line} imports {imported}"
                for line, imported in imports(path)
                if imported.split(".")[0] in above
            ]
    assert found == []


def test_the_product_never_imports_its_tests():
    found = [
        name(path)
        for path in modules(*ALL, migrations=True)
        for _line, imported in imports(path)
        if imported.split(".")[0] in {"tests", "pytest", "hypothesis"}
    ]
    assert found == []


def test_every_folder_of_the_tree_is_a_known_app():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == {*ALL, "tests", "bench"}
