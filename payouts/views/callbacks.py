"""The bank's callbacks: signed, fresh, taken once; anything else leaves nothing behind."""

import json
import time
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import gate
from core.actor import BANK
from core.api import validated
from core.clock import now
from payouts.forms import CallbackForm
from payouts.rules import is_authentic
from payouts.services import receive_callback

MOST_BYTES = 10_000


class NotSigned(APIException):
    """The message is not the bank's, or too old."""

    status_code = 401
    default_code = "not_signed"
    default_detail = "This message is not signed by the bank, or it is too old."


class RawParser(BaseParser):
    """Leave the body as it came: its signature is over its bytes."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return the bytes, up to a limit."""
        return stream.read(MOST_BYTES + 1)


class CallbackInput(serializers.Serializer[Any]):
    """What the bank reports."""

    event_id = serializers.CharField()
    kind = serializers.ChoiceField(choices=["settled", "returned"])
    end_to_end_id = serializers.CharField()
    amount_cents = serializers.IntegerField()
    bank_reference = serializers.CharField()
    reason_code = serializers.CharField(required=False)


class CallbackOutput(serializers.Serializer[Any]):
    """What became of it."""

    event_id = serializers.CharField()
    outcome = serializers.CharField()


class CallbacksEndpoint(APIView):
    """POST only, from the bank only.

    The signature is checked against the machine's own time, not the database's: it proves how
    fresh the message is on the wire, and a shifted simulation clock must not open that window.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (RawParser,)

    @extend_schema(request=CallbackInput, responses=CallbackOutput)
    def post(self, request: Request) -> Response:
        """Take an event in: 200 also for one that is known, 401 for one that is not the bank's."""
        sent: Any = request.data
        body: bytes = sent if isinstance(sent, bytes) else b""
        if len(body) > MOST_BYTES or not is_authentic(
            settings.BANK_SECRET,
            request.headers.get("X-Bank-Timestamp", ""),
            request.headers.get("X-Bank-Signature", ""),
            body,
            time.time(),
        ):
            raise NotSigned
        form = validated(CallbackForm, _parsed(body))
        assert isinstance(form, CallbackForm)
        event, at = form.event(), now()
        answer = gate.perform(
            actor=BANK,
            operation="bank_callback",
            subject=event.end_to_end_id,
            call=lambda: receive_callback(event=event, body=body, now=at),
            encode=lambda taken: gate.Answer(
                200,
                "",
                {"event_id": taken.callback.event_id, "outcome": taken.callback.outcome},
            ),
        )
        return Response(answer.body, status=answer.status)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
