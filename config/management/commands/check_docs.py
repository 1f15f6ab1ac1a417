"""Checks the documents: links lead somewhere, decisions are numbered once, fences are closed."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)[^)]*\)")


def document_problems(base: Path) -> list[str]:
    """Every problem, with its place."""
    documents = sorted([*base.glob("*.md"), *(base / "docs").rglob("*.md")])
    problems = []
    for path in documents:
        text = path.read_text(encoding="utf-8")
        place = path.relative_to(base)
        problems += [
            f"{place}: {target} does not exist"
            for target in LINK.findall(text)
            if not (path.parent / target).exists()
        ]
        if text.count("\n```") % 2:
            problems.append(f"{place}: a code block is not closed")
        if not text.lstrip().startswith(("#", "<!--", "<")):
            problems.append(f"{place}: does not begin with a heading")
    numbers: dict[str, str] = {}
    for path in sorted((base / "docs" / "adr").glob("*.md")):
        if path.name == "README.md":
            continue
        number = path.name[:4]
        if not number.isdecimal():
            problems.append(f"docs/adr/{path.name}: not numbered")
        elif number in numbers:
            problems.append(f"docs/adr: {number} is used twice, {numbers[number]} and {path.name}")
        numbers[number] = path.name
    return problems


class Command(BaseCommand):
    """`manage.py check_docs`."""

    help = __doc__ or ""
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        """Lists every problem and fails if there is one."""
        problems = document_problems(Path(settings.BASE_DIR))
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write("The documents are sound.")
