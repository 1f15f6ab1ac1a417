"""Files to upload, and browsers of the claims' world."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import Client
from PIL import Image

from claims.models import Claim, EvidenceVersion
from claims.services import add_evidence, receive_file
from core.actor import SYSTEM, Actor
from members.models import Account
from members.services import create_account
from tests.worlds import World
from tests.worlds_disclosure import set_clock

CHINESE_NAME = "出院小结（第一页）.pdf"


def pdf(pages: int = 1, title: str = "", **save: Any) -> bytes:
    """A PDF that opens; the title makes its bytes its own."""
    document = pikepdf.new()
    for _number in range(pages):
        document.add_blank_page()
    document.docinfo["/Title"] = title
    out = BytesIO()
    document.save(out, **save)
    return out.getvalue()


def photo(kind: str = "JPEG", colour: str = "white") -> bytes:
    """A small picture."""
    out = BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, kind)
    return out.getvalue()


def upload(data: bytes, name: str = CHINESE_NAME) -> "UploadedFile[Any]":
    """What a form sends; its content type says nothing."""
    return SimpleUploadedFile(name, data, "application/octet-stream")


def add(
    world: World,
    claim: Claim,
    actor: Actor,
    data: bytes,
    kind: str = "identity",
    replaces: str = "",
    name: str = CHINESE_NAME,
) -> EvidenceVersion:
    """Take a file in by the services."""
    return add_evidence(
        reference=claim.reference,
        kind=kind,
        stored=receive_file(upload(data, name)),
        actor=actor,
        now=world.tick(),
        replaces=replaces,
    )


def browser(world: World, name: str, language: str = "en") -> Client:
    """Somebody's browser, at the world's own time."""
    set_clock(world.now + timedelta(minutes=1))
    person = world.person(name)
    account = Account.objects.filter(person=person).first() or create_account(
        username=name, password="demo", person_id=person.pk, actor=SYSTEM, now=world.now
    )
    client = Client(headers={"accept-language": language})
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
