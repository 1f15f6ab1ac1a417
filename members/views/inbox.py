"""A person's inbox."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from core.pages import StepPage
from core.requests import actor_of
from members import steps
from members.messages import render
from members.models import Message
from members.queries import inbox_of, messages_before

PAGE = 30


@method_decorator(never_cache, name="dispatch")
class InboxPage(LoginRequiredMixin, TemplateView):
    """The messages of the signed-in person, the unread first."""

    template_name = "members/inbox_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return one page of messages, rendered in the reader's language."""
        person_id = actor_of(self.request).person_id
        found = inbox_of(person_id) if person_id else Message.objects.none()
        before = self.request.GET.get("before", "")
        if before and person_id:
            found = messages_before(person_id, before)
        rows = list(found[: PAGE + 1])
        shown = [render(row) for row in rows[:PAGE]]
        older = rows[PAGE - 1].reference if len(rows) > PAGE else ""
        return super().get_context_data(**kwargs) | {
            "messages_shown": shown,
            "has_unread": any(one.message.read_at is None for one in shown),
            "next_url": f"?{urlencode({'before': older})}" if older else "",
            "previous_url": reverse("inbox") if before else "",
        }


class MarkReadPage(StepPage):
    """Marks one message read and leads on to what it is about."""

    step = steps.MARK_READ

    def may_open(self) -> None:
        """Only its own reader knows of a message."""
        self.message = self._message()

    def success_url(self, result: Any) -> str:
        """Go to the page the message is about, or back to the inbox."""
        return render(result).link or reverse("inbox")

    def _message(self) -> Message:
        mine = Message.objects.filter(person_id=self.actor.person_id or 0)
        message = mine.filter(reference=self.reference).first()
        if message is None:
            raise Http404
        return message


class MarkAllReadPage(StepPage):
    """Marks every message read."""

    step = steps.MARK_ALL_READ

    def success_url(self, result: Any) -> str:
        """Go back to the inbox."""
        return reverse("inbox")
