"""The API of messages: one's inbox, what one wants by e-mail, and what could not be sent."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.actor import Actor
from core.api import StepEndpoint
from core.errors import NotAllowed
from core.keyset import keyset_page
from core.requests import actor_of
from members import mail_choices, steps
from members.mail_queries import failed_mail, may_see_failed, refused_kinds
from members.messages import render
from members.models import Account, Mail, Message
from members.views.failed_mail import failed_rows
from members.views.inbox import PAGE

AFTER = OpenApiParameter("after", str, description="the cursor that the page before gave")


class MessageOutput(serializers.Serializer[Any]):
    """A message in the language of the request."""

    reference = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    link = serializers.CharField(allow_blank=True)
    subject = serializers.CharField(allow_blank=True)
    is_duty = serializers.BooleanField()
    due_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class MessagePage(serializers.Serializer[Any]):
    """One page of an inbox; `next` is the cursor of the following one, empty at the end."""

    results = MessageOutput(many=True)
    next = serializers.CharField(allow_blank=True)


class MailKindOutput(serializers.Serializer[Any]):
    """A kind of message: its words, whether it comes by e-mail, whether it may be refused."""

    kind = serializers.CharField()
    group = serializers.CharField()
    title = serializers.CharField()
    is_duty = serializers.BooleanField()
    is_wanted = serializers.BooleanField()


class MailSettingsOutput(serializers.Serializer[Any]):
    """What one wants by e-mail."""

    language = serializers.CharField()
    kinds = MailKindOutput(many=True)


class FailedMailOutput(serializers.Serializer[Any]):
    """A message that could not be sent; its address masked."""

    reference = serializers.CharField()
    person = serializers.CharField()
    address = serializers.CharField()
    kind = serializers.CharField()
    subject = serializers.CharField(allow_blank=True)
    written_at = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    code = serializers.CharField()
    error = serializers.CharField()
    remedy = serializers.CharField()


class FailedMailPage(serializers.Serializer[Any]):
    """One page of failed messages, the latest first."""

    results = FailedMailOutput(many=True)
    next = serializers.CharField(allow_blank=True)


def message_body(message: Message) -> dict[str, Any]:
    """Return a message as the API shows it."""
    shown = render(message)
    return {
        "reference": message.reference,
        "kind": message.kind,
        "title": shown.title,
        "body": shown.body,
        "link": shown.link,
        "subject": message.subject_reference,
        "is_duty": shown.is_duty,
        "due_at": shown.due_at,
        "created_at": message.created_at,
        "read_at": message.read_at,
    }


class MessageList(APIView):
    """One's own messages, the newest first."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=MessagePage, parameters=[AFTER])
    def get(self, request: Request) -> Response:
        """Answer with a page of messages."""
        person_id = actor_of(request._request).person_id or 0
        rows = Message.objects.filter(person_id=person_id)
        page = keyset_page(rows, ["-created_at", "-id"], request.GET.get("after", ""), PAGE)
        results = [message_body(row) for row in page.rows]
        return Response(MessagePage({"results": results, "next": page.next_cursor}).data)


class MarkReadEndpoint(StepEndpoint):
    """Marks one's own message read."""

    step = steps.MARK_READ

    def may_open(self, actor: Actor) -> None:
        """Only its own reader knows of a message."""
        mine = Message.objects.filter(person_id=actor.person_id or 0)
        if not mine.filter(reference=self.kwargs["reference"]).exists():
            raise Http404

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return the message."""
        return MessageOutput(message_body(result)).data


class MailSettingsResource(StepEndpoint):
    """GET says what comes by e-mail; POST chooses the groups anew, as the page does."""

    step = steps.CHOOSE_MAIL

    def may_open(self, actor: Actor) -> None:
        """Whoever has no person behind the account gets no messages."""
        if actor.person_id is None:
            raise Http404

    @extend_schema(responses=MailSettingsOutput)
    def get(self, request: Request) -> Response:
        """Answer with every kind and whether it comes."""
        self.actor = actor_of(request._request)
        self.may_open(self.actor)
        return Response(self._shown(refused_kinds(self.actor.person_id or 0), _language(request)))

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return what is kept now."""
        return self._shown(result, _language(self.request, is_fresh=True))

    def _shown(self, refused: frozenset[str], language: str) -> Mapping[str, Any]:
        rows = [
            {
                "kind": offer.kind,
                "group": offer.group,
                "title": offer.title,
                "is_duty": offer.is_duty,
                "is_wanted": offer.kind not in refused,
            }
            for offer in mail_choices.offers()
        ]
        return MailSettingsOutput({"language": language, "kinds": rows}).data


def _language(request: Request, *, is_fresh: bool = False) -> str:
    account = request.user
    if not isinstance(account, Account):
        return ""
    if is_fresh:
        account.refresh_from_db(fields=["language"])
    return account.language


class FailedMailList(APIView):
    """What could not be sent, for who looks after messages."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=FailedMailPage, parameters=[AFTER])
    def get(self, request: Request) -> Response:
        """Answer with a page of failed messages."""
        actor = actor_of(request._request)
        if not actor.has_any(steps.RETRY_MAIL.roles):
            raise NotAllowed(
                "members_mail_officer_only", _("Only who looks after messages does this.")
            )
        page = keyset_page(failed_mail(actor), ["-id"], request.GET.get("after", ""), PAGE)
        rows = failed_rows(page.rows)
        return Response(FailedMailPage({"results": rows, "next": page.next_cursor}).data)


class RetryMailEndpoint(StepEndpoint):
    """Has a failed message tried again."""

    step = steps.RETRY_MAIL

    def may_open(self, actor: Actor) -> None:
        """Only who looks after the message knows of it."""
        rows = Mail.objects.select_related("message")
        found = rows.filter(message__reference=self.kwargs["reference"]).first()
        if found is None or not may_see_failed(actor, found.message.kind):
            raise Http404

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return where the message stands."""
        return {"reference": result.message.reference, "state": result.state}
