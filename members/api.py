"""The members' API: a token, who one is, the plans and their rules."""

import hashlib
import unicodedata
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import NotFound, Throttled
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.actor import Actor
from core.errors import NotAllowed
from core.requests import actor_of
from members.models import Account, Membership, Plan, RulebookVersion
from members.queries import memberships_of, plans_with_versions, unread_count
from members.states import PUBLISHED_STATES

# Wrong tries before a quarter of an hour's pause: of one name from one address, of an address
# whatever names it tries, of a name wherever the tries come from.
FAILURES = 10
FAILURES_OF_ADDRESS = 60
FAILURES_OF_NAME = 100
FAILURE_SECONDS = 900


class CredentialsInput(serializers.Serializer[Any]):
    """A username and a password; a code too where a second factor is set up."""

    username = serializers.CharField(max_length=64)
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    code = serializers.CharField(max_length=16, required=False, allow_blank=True, default="")


class TokenOutput(serializers.Serializer[Any]):
    """The token to send as `Authorization: Token …`."""

    token = serializers.CharField()


class MembershipOutput(serializers.ModelSerializer[Membership]):
    """A membership that one has or pays for."""

    plan = serializers.SlugRelatedField[Plan](slug_field="code", read_only=True)
    person = serializers.CharField(source="person.reference")
    payer = serializers.CharField(source="payer.reference")

    class Meta:
        model = Membership
        fields = ("reference", "plan", "person", "payer", "starts_on", "ends_on", "end_reason")


class MeOutput(serializers.Serializer[Any]):
    """Who one is: references and live roles, never the identity."""

    username = serializers.CharField()
    person = serializers.CharField(allow_blank=True)
    language = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    unread = serializers.IntegerField()
    memberships = MembershipOutput(many=True)


class VersionOutput(serializers.ModelSerializer[RulebookVersion]):
    """A published version without its rules."""

    class Meta:
        model = RulebookVersion
        fields = (
            "number",
            "state",
            "announced_on",
            "effective_on",
            "superseded_on",
            "body_digest",
        )


class PlanOutput(serializers.ModelSerializer[Plan]):
    """A plan and its published versions."""

    rulebooks = VersionOutput(many=True, source="published_versions")

    class Meta:
        model = Plan
        fields = ("code", "name_en", "name_zh", "currency", "zone", "state", "rulebooks")


class RulebookOutput(VersionOutput):
    """A version with its rules, the very body its digest was taken of."""

    class Meta(VersionOutput.Meta):
        fields = (*VersionOutput.Meta.fields, "body")  # type: ignore[assignment] # one more field


class TokenResource(APIView):
    """POST a username and password, get the account's token."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(request=CredentialsInput, responses=TokenOutput)
    def post(self, request: Request) -> Response:
        """Answer with the token; ten wrong tries stop further ones for a quarter of an hour.

        A name counts as one however it is spelt, as it does at sign-in.
        """
        given = CredentialsInput(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        limits = _limits(data["username"], get_adapter().get_client_ip(request._request))
        if any(cache.get(key, 0) >= most for key, most in limits.items()):
            raise Throttled(wait=FAILURE_SECONDS)
        account = authenticate(
            request._request, username=data["username"], password=data["password"]
        )
        if not isinstance(account, Account) or not _second_factor(account, data["code"]):
            for key in limits:
                cache.add(key, 0, FAILURE_SECONDS)
                cache.incr(key)
            message = _("Enter the right username, password and, where one is set up, code.")
            raise NotAllowed("credentials_wrong", message)
        cache.delete(next(iter(limits)))
        token, _made = Token.objects.get_or_create(user=account)
        return Response(TokenOutput({"token": token.key}).data)


def _limits(username: str, address: str) -> dict[str, int]:
    """Return the counters of a try, the pair's first, each with its limit."""
    name = unicodedata.normalize("NFKC", username).casefold()
    counted = {
        f"pair:{name}:{address}": FAILURES,
        f"address:{address}": FAILURES_OF_ADDRESS,
        f"name:{name}": FAILURES_OF_NAME,
    }
    return {
        f"token-failures:{hashlib.sha256(key.encode()).hexdigest()}": most
        for key, most in counted.items()
    }


def _second_factor(account: Account, code: str) -> bool:
    """Say whether an account without a second factor is let in, or its code is right."""
    factors = Authenticator.objects.filter(user_id=account.pk)
    if not factors.exists():
        return True
    totp = factors.filter(type=Authenticator.Type.TOTP).first()
    return bool(code and totp is not None and totp.wrap().validate_code(code))


class MeResource(APIView):
    """Who the token's holder is."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=MeOutput)
    def get(self, request: Request) -> Response:
        """Answer with references, live roles and memberships."""
        actor: Actor = actor_of(request._request)
        account = request.user
        person = account.person if isinstance(account, Account) else None
        return Response(
            MeOutput(
                {
                    "username": actor.label,
                    "person": person.reference if person else "",
                    "language": account.language if isinstance(account, Account) else "",
                    "roles": sorted(actor.roles),
                    "unread": unread_count(person.pk) if person else 0,
                    "memberships": list(memberships_of(person.pk)) if person else [],
                }
            ).data
        )


class PublicResource(APIView):
    """What anyone may read without an account."""

    permission_classes = (AllowAny,)


class PlanList(PublicResource):
    """All plans."""

    @extend_schema(responses=PlanOutput(many=True))
    def get(self, request: Request) -> Response:
        """Answer with every plan and its published versions."""
        return Response(PlanOutput(plans_with_versions(), many=True).data)


class PlanResource(PublicResource):
    """One plan."""

    @extend_schema(responses=PlanOutput)
    def get(self, request: Request, code: str) -> Response:
        """Answer with the plan and its published versions."""
        plan = plans_with_versions().filter(code=code).first()
        if plan is None:
            raise NotFound
        return Response(PlanOutput(plan).data)


class RulebookResource(PublicResource):
    """One published version of a plan's rules."""

    @extend_schema(responses=RulebookOutput)
    def get(self, request: Request, code: str, number: int) -> Response:
        """Answer with the rules; a draft is not published."""
        published = RulebookVersion.objects.filter(state__in=sorted(PUBLISHED_STATES))
        version = published.filter(plan__code=code, number=number).first()
        if version is None:
            raise NotFound
        return Response(RulebookOutput(version).data)
