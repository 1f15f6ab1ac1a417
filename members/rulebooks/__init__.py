"""The rulebooks that come with the product, as data."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

# File name → the day from which the version holds in worlds that nobody tells otherwise. Only
# 2020-01-01 is a published day; the others are this project's choice.
SHIPPED: dict[str, str] = {
    "critical-illness-1": "2018-10-16",
    "critical-illness-2": "2020-01-01",
    "elderly-cancer-1": "2021-02-01",
    "chronic-cancer-1": "2021-02-01",
}


def load(name: str) -> dict[str, Any]:
    """Return a shipped rulebook's body by its file name without the ending."""
    if name not in SHIPPED:
        raise KeyError(name)
    body: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return body
