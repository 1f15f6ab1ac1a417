"""What every page's frame shows of a signed-in person: how many messages are unread."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.requests import actor_of
from members.queries import unread_count


def inbox(request: HttpRequest) -> dict[str, object]:
    """Return the count of unread messages, looked up only where a page shows it."""

    def count() -> int:
        if not hasattr(request, "user"):
            return 0
        person_id = actor_of(request).person_id
        return unread_count(person_id) if person_id else 0

    return {"inbox_count": SimpleLazyObject(count)}
