"""A public page is made once for all its readers, and never one reader's for another."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from core.public_pages import public_page
from members.models import Account


@pytest.fixture(autouse=True)
def kept_a_while(settings: Any) -> Iterator[None]:
    settings.PUBLIC_PAGE_SECONDS = 60
    cache.clear()
    yield
    cache.clear()


class Counted:
    """A view that tells how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.asked += 1
        return HttpResponse(f"{self.asked} {request.get_full_path()}", headers={"X-Kind": "page"})


def ask(view: Any, path: str = "/board/", user: Any = None, **meta: Any) -> HttpResponse:
    request = RequestFactory().get(path, **meta)
    request.user = user or AnonymousUser()
    answer: HttpResponse = view(request)
    return answer


def counted() -> tuple[Counted, Any]:
    inner = Counted()

    def page(request: HttpRequest) -> HttpResponse:
        return inner(request)

    return inner, public_page(page)


def test_many_readers_get_the_page_that_was_made_once() -> None:
    inner, page = counted()
    answers = [ask(page) for _reader in range(5)]
    assert inner.asked == 1
    assert {answer.content for answer in answers} == {b"1 /board/"}
    assert {answer["X-Kind"] for answer in answers} == {"page"}
    assert len({answer["ETag"] for answer in answers}) == 1


def test_each_address_and_each_language_has_its_own() -> None:
    inner, page = counted()
    ask(page, "/board/?a=1")
    ask(page, "/board/?a=2")
    with override("zh-hans"):
        ask(page, "/board/?a=1")
    with override("en"):
        ask(page, "/board/?a=1")
    ask(page, "/board/?a=1", GONGDAO_EXPORT="1")
    assert inner.asked >= 4


def test_whoever_is_signed_in_gets_a_page_of_their_own_that_nobody_else_gets() -> None:
    _inner, page = counted()
    own = ask(page, user=Account(username="someone"), HTTP_COOKIE="sessionid=x")
    assert own.content == b"1 /board/"
    assert "ETag" not in own.headers
    assert ask(page).content == b"2 /board/"
    assert ask(page, HTTP_COOKIE="sessionid=x").content == b"3 /board/"


def test_a_reader_with_a_message_waiting_gets_a_page_of_their_own() -> None:
    inner, page = counted()
    ask(page, HTTP_COOKIE="messages=x")
    ask(page)
    assert inner.asked == 2


def test_what_is_absent_is_not_kept() -> None:
    asked = []

    @public_page
    def absent(request: HttpRequest) -> HttpResponse:
        asked.append(1)
        return HttpResponse(status=404)

    ask(absent)
    ask(absent)
    assert len(asked) == 2


def test_a_kept_page_is_not_modified_for_who_has_it() -> None:
    _inner, page = counted()
    tag = ask(page)["ETag"]
    assert ask(page, HTTP_IF_NONE_MATCH=tag).status_code == 304
