"""Signing against changing: whoever signs has signed what was read, or nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import clock
from core.errors import Refusal
from jury import services
from jury.exhibits.queries import brief_stamp, content_stamp
from jury.models import Hearing, JuryExhibit
from tests.worlds_exhibits import add_exhibit, look_at, unsigned_hearing
from tests.worlds_jury import JuryWorld, make_jury_world

pytestmark = pytest.mark.django_db(transaction=True)
InThreads = Callable[[int, Callable[[int], Any]], list[Any]]
ROUNDS = 12


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> JuryWorld:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return make_jury_world()


def _tried(call: Callable[[], Any]) -> bool:
    try:
        call()
    except Refusal:
        return False
    return True


def test_an_exhibit_signed_while_it_is_changed_is_the_one_that_was_read(
    world: JuryWorld, in_threads: InThreads
) -> None:
    hearing, version = unsigned_hearing(world)
    for number in range(ROUNDS):
        exhibit = add_exhibit(world, hearing, version, pages=1, label=f"read {number}")
        look_at(exhibit, world.ombudsman)
        who: dict[str, Any] = {"reference": exhibit.reference, "now": clock.now()}
        seen = content_stamp(exhibit)
        words = {"label": f"changed {number}", "question_codes": [], "text": "x"}

        def act(place: int, who: Any = who, seen: str = seen, words: Any = words) -> bool:
            if place:
                return _tried(
                    lambda: services.sign_exhibit(**who, actor=world.ombudsman, seen=seen)
                )
            return _tried(lambda: services.change_exhibit(**who, actor=world.jury_officer, **words))

        changed, signed = in_threads(2, act)
        kept = JuryExhibit.objects.get(pk=exhibit.pk)
        assert changed != signed, "one of the two is refused"
        assert (kept.signed_by_id is not None) == signed
        assert kept.label == (f"read {number}" if signed else f"changed {number}")
        if number:
            services.withdraw_exhibit(**who, actor=world.jury_officer, note="x")


def test_a_brief_signed_while_a_paper_is_added_holds_no_unsigned_paper(
    world: JuryWorld, in_threads: InThreads
) -> None:
    for _round in range(4):
        hearing, version = unsigned_hearing(world)
        answers = {"background": "x"}
        for index, _question in enumerate(hearing.brief["questions"], start=1):
            answers |= {f"claimant_holds_{index}": "a", f"reviewers_hold_{index}": "b"}
        who: dict[str, Any] = {"reference": hearing.reference, "now": clock.now()}
        services.prepare_brief(**who, actor=world.jury_officer, **answers)
        seen = brief_stamp(world.reload(hearing))

        def act(
            place: int,
            hearing: Hearing = hearing,
            who: Any = who,
            seen: str = seen,
            v: Any = version,
        ) -> bool:
            if place:
                return _tried(lambda: services.sign_brief(**who, actor=world.ombudsman, seen=seen))
            return _tried(lambda: add_exhibit(world, hearing, v, pages=0))

        added, signed = in_threads(2, act)
        assert added != signed
        unsigned = JuryExhibit.objects.filter(hearing=hearing, signed_by=None).exists()
        assert not (world.reload(hearing).brief_signed_by_id and unsigned)
