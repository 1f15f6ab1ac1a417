"""Criteria trees: what a clause asks, and what three-valued answers to it come to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import get_language

Answer = Literal["met", "not_met", "not_shown"]
MET: Answer = "met"
NOT_MET: Answer = "not_met"
NOT_SHOWN: Answer = "not_shown"
ANSWERS: tuple[Answer, ...] = (MET, NOT_MET, NOT_SHOWN)


def in_language(text_en: str, text_zh: str, language: str | None = None) -> str:
    """Return the text in a language, by default the reader's."""
    chosen = language or get_language() or "en"
    return text_zh if chosen.startswith("zh") else text_en


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition that people answer: met, not met, or the papers do not show it."""

    code: str
    text_en: str
    text_zh: str
    help_en: str = ""
    help_zh: str = ""

    @property
    def text(self) -> str:
        """The condition in the reader's language."""
        return in_language(self.text_en, self.text_zh)

    @property
    def help(self) -> str:
        """How to answer it, in the reader's language; often empty."""
        return in_language(self.help_en, self.help_zh)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must be met."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part must be met."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `needed` of the parts must be met."""

    needed: int
    parts: tuple["Node", ...]


Node = Criterion | AllOf | AnyOf | AtLeast


@dataclass(frozen=True, slots=True)
class ListedCriterion:
    """A criterion in reading order, with its depth and the group it stands in."""

    criterion: Criterion
    depth: int
    group: Literal["all", "any", "at_least"]
    needed: int
    of: int


def needed_of(node: AllOf | AnyOf | AtLeast) -> int:
    """Return how many parts of a group must be met."""
    if isinstance(node, AtLeast):
        return node.needed
    return len(node.parts) if isinstance(node, AllOf) else 1


def evaluate(tree: Node, answers: Mapping[str, str]) -> Answer:
    """Return what answers by criterion code come to; a missing answer counts as not shown.

    Met once enough parts are met whatever the open ones turn out to be; not met once too few
    can still be; otherwise the papers do not show it. Raises ValueError for a fourth answer.
    """
    if isinstance(tree, Criterion):
        given = answers.get(tree.code, NOT_SHOWN)
        for known in ANSWERS:
            if given == known:
                return known
        raise ValueError(f"{tree.code}: {given!r} is not an answer")
    found = [evaluate(part, answers) for part in tree.parts]
    needed, met = needed_of(tree), found.count(MET)
    if met >= needed:
        return MET
    return NOT_SHOWN if met + found.count(NOT_SHOWN) >= needed else NOT_MET


def criteria(tree: Node) -> tuple[ListedCriterion, ...]:
    """Return the criteria of a tree in reading order, each with depth and group."""
    if isinstance(tree, Criterion):
        return (ListedCriterion(tree, 0, "all", 1, 1),)
    return tuple(_walk(tree, 0))


def _walk(node: AllOf | AnyOf | AtLeast, depth: int) -> Iterator[ListedCriterion]:
    group: Literal["all", "any", "at_least"] = (
        "all" if isinstance(node, AllOf) else "any" if isinstance(node, AnyOf) else "at_least"
    )
    for part in node.parts:
        if isinstance(part, Criterion):
            yield ListedCriterion(part, depth, group, needed_of(node), len(node.parts))
        else:
            yield from _walk(part, depth + 1)
