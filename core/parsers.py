"""Reading JSON bodies: what is nested beyond any use is refused before anybody walks it."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 20


class ShallowJSONParser(JSONParser):
    """Takes JSON of a sane depth; a body made only of brackets is a malformed one."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return the body; ParseError (400) where it is no JSON or nested too deep."""
        try:
            found = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise _too_deep() from error
        level = [found]
        for _level in range(DEEPEST):
            level = [item for one in level for item in _items(one)]
            if not level:
                return found
        raise _too_deep()


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _too_deep() -> ParseError:
    return ParseError(_("The body is nested too deeply."))
