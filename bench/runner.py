"""Finds the measures, runs each in a database of its own, prints and stores what came out."""

import json
import os
import pkgutil
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import django
from rich.console import Console
from rich.table import Table

from bench.result import Result

NOT_MEASURES = frozenset({"__main__", "runner", "result", "scratch", "timing", "voting"})


def measures() -> list[str]:
    """Return the names of the modules that measure something: each has `measure(scale)`."""
    found = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    return [name for name in found if name not in NOT_MEASURES]


def run(*, only: str, scale: int) -> int:
    """Run one or all measures; return 0 where every goal was met, 1 where not, 2 for a bad name."""
    given_home = Path(os.environ.get("GONGDAO_HOME") or Path(__file__).parents[1] / "var")
    django.setup()
    from bench.scratch import scratch_database

    found = measures()
    if only and only not in found:
        Console(stderr=True).print(f"no measure named {only}; there are: {', '.join(found)}")
        return 2
    results: list[Result] = []
    for name in [only] if only else found:
        module = import_module(f"bench.{name}")
        with scratch_database():
            measured = module.measure(scale)
        results += measured if isinstance(measured, list) else [measured]
    _store(given_home, results)
    _show(results)
    return 0 if all(result.met for result in results) else 1


def _store(home: Path, results: list[Result]) -> None:
    """Write bench.json, keeping what other measures wrote before."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "bench.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    names = {result.measure for result in results}
    rows = [row for row in kept if row["measure"] not in names]
    rows += [asdict(result) for result in results]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _show(results: list[Result]) -> None:
    table = Table(title="Measured in this run, on this machine")
    for heading in ("measure", "size", "ours", "limit", "plain", "÷ limit", "÷ plain", "p99 ms"):
        table.add_column(heading, justify="left" if heading == "measure" else "right")
    table.add_column("goal")
    table.add_column("met")
    for result in results:
        table.add_row(
            f"{result.measure} ({result.unit})",
            f"{result.size:,}",
            f"{result.ours:,.0f}",
            f"{result.limit:,.0f}",
            f"{result.plain:,.0f}",
            f"{result.ratio_to_limit:.2f}",
            f"{result.ratio_to_plain:.2f}",
            f"{result.p99_ms:.1f}",
            result.goal,
            "yes" if result.met else "NO",
        )
    Console().print(table)
