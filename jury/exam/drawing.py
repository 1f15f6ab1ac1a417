"""Drawing the questions of one attempt: as many of each topic as of any other, give or take one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from random import Random

from jury.exam.bank import Question


@dataclass(frozen=True, slots=True)
class Drawn:
    """One question of an attempt: its code, and its options in the order they are shown."""

    code: str
    options: tuple[str, ...]


def draw_questions(
    questions: Iterable[Question], count: int, random: Random, seen: Collection[str] = ()
) -> tuple[Drawn, ...]:
    """Return `count` different questions, balanced across the topics, each with shuffled options.

    Which topics give one more than the others is drawn too. Questions in `seen` (earlier
    attempts) come only where a topic has no others left. ValueError where a topic is too small.
    """
    by_topic: dict[str, list[Question]] = {}
    for question in questions:
        if not question.is_retired:
            by_topic.setdefault(question.topic, []).append(question)
    chosen: list[Question] = []
    for topic, wanted in _shares(sorted(by_topic), count, random).items():
        pool = sorted(by_topic[topic], key=lambda question: question.code)
        if len(pool) < wanted:
            raise ValueError(f"the topic {topic} has too few questions")
        random.shuffle(pool)
        pool.sort(key=lambda question: question.code in seen)
        chosen += pool[:wanted]
    random.shuffle(chosen)
    return tuple(Drawn(question.code, _shuffled(question.keys, random)) for question in chosen)


def _shares(topics: list[str], count: int, random: Random) -> Mapping[str, int]:
    if not topics or count < 1:
        raise ValueError("there is nothing to draw")
    each, rest = divmod(count, len(topics))
    more = set(random.sample(topics, rest))
    return {topic: each + (topic in more) for topic in topics}


def _shuffled(keys: tuple[str, ...], random: Random) -> tuple[str, ...]:
    order = list(keys)
    random.shuffle(order)
    return tuple(order)
