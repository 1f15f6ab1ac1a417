"""Redraws the pages of a file in a bounded process, so that nothing but their pixels is kept."""

import base64
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from claims.evidence.checking import run_bounded


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a JPEG of its own pixels."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Redrawn:
    """The pages of a file, or the code of what is wrong with it."""

    pages: tuple[Page, ...] = ()
    refusal: str = ""


def redraw(path: Path) -> Redrawn:
    """Draw the pages of a checked file anew; a process that does not end well means a bomb."""
    try:
        done = run_bounded("claims.evidence.redraw", [path])
    except subprocess.TimeoutExpired:
        return Redrawn(refusal="inflates")
    if done.returncode:
        return Redrawn(refusal="inflates")
    pages: list[Page] = []
    for line in done.stdout.splitlines():
        facts = json.loads(line)
        if "refusal" in facts:
            return Redrawn(refusal=facts["refusal"])
        pages.append(Page(base64.b64decode(facts["jpeg"]), facts["width"], facts["height"]))
    return Redrawn(tuple(pages)) if pages else Redrawn(refusal="broken")
