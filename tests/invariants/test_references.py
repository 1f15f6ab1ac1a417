"""Promise 6: references are unique everywhere, and knowing some tells nothing about another."""

import random
from collections.abc import Sequence
from itertools import count, pairwise

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from core.references import ALPHABET, new_reference


class Counting(random.Random):
    """What must never stand behind a reference: a number that is one more each time."""

    def __init__(self) -> None:
        super().__init__(0)
        self.numbers = count(700_000_000_000)

    def getrandbits(self, k: int, /) -> int:
        """The next number."""
        return next(self.numbers)


def number_of(reference: str) -> int:
    """The forty bits of a reference."""
    digits = reference.split("-", 1)[1].replace("-", "")
    found = 0
    for digit in digits:
        found = found * 32 + ALPHABET.index(digit)
    return found


def is_guessable(references: Sequence[str]) -> bool:
    """Say whether neighbours in time are neighbours in number, or share more digits than chance."""
    numbers = [number_of(one) for one in references]
    near = sum(abs(b - a) < 2**24 for a, b in pairwise(numbers))
    rising = sum(a < b for a, b in pairwise(numbers)) / (len(numbers) - 1)
    return near > len(numbers) // 100 or not 0.4 < rising < 0.6


def test_references_cannot_be_counted_through() -> None:
    assert not is_guessable([new_reference("C") for _ in range(2000)])


def test_without_chance_they_could_be() -> None:
    counting = Counting()
    assert is_guessable([new_reference("C", counting) for _ in range(2000)])


def test_a_reference_is_made_of_the_systems_own_chance() -> None:
    before = random.getstate()
    random.seed(7)
    first = new_reference("C")
    random.seed(7)
    assert new_reference("C") != first
    random.setstate(before)


@pytest.mark.django_db
def test_every_reference_column_is_unique_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.relname, a.attname FROM pg_index i "
            "JOIN pg_class t ON t.oid = i.indrelid "
            "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0] "
            "WHERE i.indisunique AND i.indnkeyatts = 1 AND i.indpred IS NULL"
        )
        unique = set(cursor.fetchall())
    columns = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        if model._meta.app_label in settings.OUR_APPS
        for field in model._meta.concrete_fields
        if field.name in ("reference", "public_reference") and not field.is_relation
    }
    assert len(columns) > 10
    # A round's case repeats the public reference of its claim.
    assert columns - unique == {("sharing_roundcase", "public_reference")}
