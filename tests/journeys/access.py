"""How the sweep of access asks: each address with own, another's and absent objects, by role."""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from claims.models import Claim
from claims.models.evidence import Evidence
from jury.models import Hearing
from members.mail_links import unsubscribe_token
from members.models import Account, Message
from record.models import Checkpoint
from tests.journeys.jurors import juror_apart, make_jurors
from tests.journeys.stage import MINE, THEIRS, Scenery

ROLES = (
    "anonymous",
    "claimant",
    "member",
    "juror",
    "reviewer",
    "investigator",
    "jury_officer",
    "finance",
    "ombudsman",
    "auditor",
    "admin",
)
METHODS = ("GET", "POST")
OWN, OTHER, ABSENT = "own", "other", "absent"


@dataclass(frozen=True)
class Address:
    """One address of the product: its name, and its route with the parameters' names."""

    name: str
    route: str

    @property
    def parameters(self) -> list[str]:
        """The names in the route."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)


def addresses() -> list[Address]:
    """Every address there is, each once for each name."""
    found = {}
    for route, name in _walk(get_resolver().url_patterns, ""):
        found.setdefault(name, Address(name, route))
    return [found[name] for name in sorted(found)]


def _walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, str(pattern.name)


# What stands for a parameter, by the first of these words that the address holds:
# own, another's; the absent one has the same shape. "" means there is no other's.
OBJECTS: tuple[tuple[str, str, str, str], ...] = (
    (r"_redaction/$", "reference", "claim_noticed", "claim_unsigned"),
    (r"/(file|evidence/<slug)", "reference", "draft_mine", "draft_theirs"),
    (r"steps/withdraw_dispute/$", "reference", "claim_heard", "claim_disputed"),
    (r"open_hearing\|refer", "reference", "claim_mine", "claim_disputed"),
    (r"^(api/v1/)?evidence/", "reference", "evidence_mine", "evidence_theirs"),
    (r"board/cases/|corrections/cases/", "reference", "case", ""),
    (r"corrections/", "reference", "correction", ""),
    (r"notice/(cases|entries)/", "reference", "entry_mine", "entry_theirs"),
    (r"objections/", "reference", "objection", "objection_theirs"),
    (r"complaints/", "reference", "complaint", "complaint_theirs"),
    (r"jury/exam/<", "reference", "exam_mine", ""),
    (r"record/hospitals/<", "reference", "affiliation_mine", ""),
    (r"qualifications/<", "reference", "qualification", ""),
    (r"juror-appeals/<", "reference", "juror_appeal", ""),
    (r"jurors/<", "reference", "person_juror", ""),
    (r"(papers|exhibits)/<", "reference", "exhibit_mine", "exhibit_theirs"),
    (r"hearings/|^jury/", "reference", "hearing", "hearing_decided"),
    (r"batches/", "reference", "batch", ""),
    (r"payouts/", "reference", "payout", ""),
    (r"rounds/|shares/", "reference", "round", ""),
    (r"inbox/|messages/", "reference", "message_mine", "message_theirs"),
    (r"memberships/", "reference", "membership_mine", "membership_theirs"),
    (r"claims/", "reference", "claim_mine", "claim_theirs"),
    (r"shares/", "membership", "membership_mine", "membership_theirs"),
    (r"roles/", "person", "person_reviewer", ""),
    (r"periods/", "day", "notice_on", ""),
    (r"(join|rules|plans|periods|feeds)/", "plan", "plan", ""),
    (r"plans/", "code", "plan", ""),
)
# Parameters that are no objects of anybody.
PLAIN: Mapping[str, str] = {
    "page": "1",
    "kind": "identity",
    "number": "1",
    "role": "reviewer",
    "index": "1",
    "level": "0",
    "place": "000.p/1",
    "size": "",
    "first": "",
    "second": "",
    "key": "no-such-key",
    "token": "",
    "uidb36": "1",
    "name": "complaints",
    "language": "zh",
    "pk": "1",
}
# The step that stands for the others at an address that takes any.
STEPS: Mapping[str, str] = {
    "console_claim_step": "open_investigation",
    "api_claim_step": "withdraw",
    "me_claim_step": "withdraw",
    "api_jury_claim_step": "open_hearing",
    "jury_claim_step": "open_hearing",
    "api_hearing_step": "add_statement",
    "console_hearing_step": "void_hearing",
    "claimant_step": "add_statement",
    "jury_step": "recuse",
    "console_exhibit_step": "change_exhibit",
    "api_exhibit_step": "change_exhibit",
    "console_juror_step": "suspend_juror",
    "api_juror_step": "suspend_juror",
    "console_qualification_step": "verify_qualification",
    "api_qualification_step": "verify_qualification",
    "api_objection_step": "draft_answer",
    "api_complaint_step": "answer_complaint",
    "round_step": "start_collecting",
    "api_round_step": "start_collecting",
    "payout_batch_step": "approve_batch",
    "api_payout_batch_step": "approve_batch",
}
ABSENT_VALUES: Mapping[str, str] = {
    "index": "999999",
    "place": "x999/999",
    "size": "999999",
    "second": "999999",
    "day": "2019-01-01",
    "plan": "no-such-plan",
    "code": "no-such-plan",
    "pk": "999999",
    "token": "no-such-token",
    "name": "absent",
}


@dataclass
class Sweep:
    """The world that is asked, with everybody signed in."""

    scenery: Scenery
    clients: dict[str, Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Name what the world holds, and sign everybody in."""
        names, world = self.scenery.found, self.scenery.world
        people = world.people
        names["juror"] = juror_apart(self.scenery)
        names["plan"] = world.plan.code
        sizes = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
        names["first"], names["second"], names["size"] = map(str, (sizes[1], sizes[-1], sizes[-1]))
        names["membership_mine"] = self.scenery.memberships[MINE].reference
        names["membership_theirs"] = self.scenery.memberships[THEIRS].reference
        names["membership_member"] = people["member"].memberships.get().reference
        names["claim_funded"] = (
            Claim.objects.filter(state="funded", payouts__isnull=True).order_by("pk")[0].reference
        )
        names["person_reviewer"] = people["reviewer2"].reference
        for whose in ("mine", "theirs"):
            claim = names[f"claim_{whose}"]
            names[f"evidence_{whose}"] = (
                Evidence.objects.filter(claim__reference=claim).order_by("pk")[0].reference
            )
            person = people[MINE if whose == "mine" else THEIRS]
            names[f"message_{whose}"] = (
                Message.objects.filter(person=person).order_by("pk")[0].reference
            )
        names["token"] = unsubscribe_token(names["message_mine"])
        make_jurors(self.scenery)
        assert Hearing.objects.get(reference=names["hearing"]).state == "open"
        for role in ROLES:
            client = Client(raise_request_exception=False)
            if role != "anonymous":
                person = people[names["juror"] if role == "juror" else role]
                client.force_login(Account.objects.get(person=person))
            self.clients[role] = client

    def objects_of(self, address: Address) -> list[str]:
        """Which of own, another's and absent there are at an address."""
        if not address.parameters:
            return [OWN]
        has_other = any(other for _name, other in self._found(address).values())
        has_object = bool(self._found(address)) or set(address.parameters) & set(ABSENT_VALUES)
        return [OWN, *([OTHER] if has_other else []), *([ABSENT] if has_object else [])]

    def _found(self, address: Address) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        for pattern, parameter, own, other in OBJECTS:
            if (
                parameter in address.parameters
                and parameter not in found
                and re.search(pattern, address.route)
            ):
                found[parameter] = (own, other)
        return found

    def values(self, address: Address, which: str) -> dict[str, str]:
        """The parameters of an address for one of its objects."""
        values = {}
        found = self._found(address)
        for parameter in address.parameters:
            if parameter == "step":
                values[parameter] = STEPS[address.name]
            elif parameter in found:
                own, other = (self.scenery.found.get(name, "") for name in found[parameter])
                values[parameter] = other if which == OTHER and other else own
                if which == ABSENT:
                    values[parameter] = ABSENT_VALUES.get(parameter, f"{own[:2]}ZZZZ-ZZZZ")
            else:
                values[parameter] = PLAIN[parameter] or self.scenery.found[parameter]
                if which == ABSENT and parameter in ABSENT_VALUES:
                    values[parameter] = ABSENT_VALUES[parameter]
        if address.name == "filing_page":
            values["page"] = "illness"
        return values

    def path(self, address: Address, which: str) -> str:
        """The path itself, as a browser sends it."""
        path = address.route
        for parameter, value in self.values(address, which).items():
            path = re.sub(rf"\(\?P<{parameter}>(\([^)]*\)|[^()])*\)", value, path)
            path = re.sub(rf"<(\w+:)?{parameter}>", value, path)
        return "/" + path.rstrip("$").replace("^", "").replace("\\.", ".")

    def ask(self, role: str, method: str, path: str) -> HttpResponseBase:
        """Send one request with an empty body; whatever it does is undone."""
        client = self.clients[role]
        cookies = copy.deepcopy(client.cookies)
        with transaction.atomic():
            if method == "GET":
                answer = client.get(path)
            elif path.startswith("/api/"):
                answer = client.post(path, "{}", content_type="application/json")
            else:
                answer = client.post(path, {})
            transaction.set_rollback(True)
        client.cookies = cookies
        return answer
