"""Three-valued answers to criteria trees."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.criteria import (
    ANSWERS,
    AllOf,
    AnyOf,
    AtLeast,
    Criterion,
    Node,
    criteria,
    evaluate,
)


def leaf(code: str) -> Criterion:
    """A criterion with nothing but its code."""
    return Criterion(code, code, code)


def _group(parts: list[Node]) -> st.SearchStrategy[Node]:
    several = tuple(parts)
    return st.one_of(
        st.just(AllOf(several)),
        st.just(AnyOf(several)),
        st.integers(1, len(several)).map(lambda needed: AtLeast(needed, several)),
    )


def _number(tree: Node, used: list[int]) -> Node:
    """Give every criterion of a tree its own code."""
    if isinstance(tree, Criterion):
        used.append(len(used))
        return leaf(f"c{len(used)}")
    parts = tuple(_number(part, used) for part in tree.parts)
    return AtLeast(tree.needed, parts) if isinstance(tree, AtLeast) else type(tree)(parts)


TREES = st.recursive(
    st.just(leaf("c")),
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(_group),
    max_leaves=6,
).map(lambda tree: _number(tree, []))


def codes(tree: Node) -> list[str]:
    """The criterion codes in reading order."""
    return [listed.criterion.code for listed in criteria(tree)]


@given(TREES, st.data())
def test_not_shown_is_exactly_what_the_open_criteria_could_still_turn(
    tree: Node, data: st.DataObject
) -> None:
    answers = {code: data.draw(st.sampled_from(ANSWERS)) for code in codes(tree)}
    unshown = [code for code, answer in answers.items() if answer == "not_shown"]
    ends = {
        evaluate(tree, answers | dict(zip(unshown, turned, strict=True)))
        for turned in product(("met", "not_met"), repeat=len(unshown))
    }
    assert ends <= {"met", "not_met"}
    assert evaluate(tree, answers) == (ends.pop() if len(ends) == 1 else "not_shown")


@given(TREES, st.data())
def test_a_better_answer_never_makes_the_clause_worse(tree: Node, data: st.DataObject) -> None:
    order = {"not_met": 0, "not_shown": 1, "met": 2}
    answers = {code: data.draw(st.sampled_from(ANSWERS)) for code in codes(tree)}
    changed = data.draw(st.sampled_from(codes(tree)))
    assert order[evaluate(tree, answers | {changed: "met"})] >= order[evaluate(tree, answers)]


@given(TREES)
def test_the_list_holds_each_criterion_once_with_its_group(tree: Node) -> None:
    listed = criteria(tree)
    assert len({one.criterion.code for one in listed}) == len(listed)
    assert all(1 <= one.needed <= one.of for one in listed)


def test_a_missing_answer_counts_as_not_shown() -> None:
    assert evaluate(leaf("a"), {}) == "not_shown"
    assert evaluate(AllOf((leaf("a"), leaf("b"))), {"a": "not_met"}) == "not_met"
    assert evaluate(AnyOf((leaf("a"), leaf("b"))), {"a": "met"}) == "met"


def test_a_fourth_answer_is_an_error() -> None:
    with pytest.raises(ValueError, match="not an answer"):
        evaluate(leaf("a"), {"a": "perhaps"})


@pytest.mark.parametrize(
    ("met", "not_shown", "result"),
    [(3, 0, "met"), (4, 0, "met"), (2, 1, "not_shown"), (2, 0, "not_met"), (1, 1, "not_met")],
)
def test_three_of_four(met: int, not_shown: int, result: str) -> None:
    parts = tuple(leaf(code) for code in "abcd")
    given_answers = ["met"] * met + ["not_shown"] * not_shown
    given_answers += ["not_met"] * (4 - len(given_answers))
    assert evaluate(AtLeast(3, parts), dict(zip("abcd", given_answers, strict=True))) == result
