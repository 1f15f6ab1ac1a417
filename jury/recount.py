"""Checking a hearing from its public entries alone: the draw repeated, the ballots recounted."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from jury.draw import CheckpointRef, combine_seed, commitment_of, numbers
from jury.rules import CountingRules, words_withheld
from jury.tally import Count, OpenedBallot
from record import tree

Body = Mapping[str, Any]
EXPERT = "/expert"


def redraw(panel: Body, commitment: str, changes: Sequence[Body] = ()) -> list[str]:
    """Return the codes of what is wrong with a published draw; empty where it repeats exactly.

    `changes` are the `panel_changed` entries in order: who was seated in place of another
    comes from the same sequence.
    """
    wrong: list[str] = []
    hearing, round_number = str(panel["hearing"]), int(panel["round"])
    if commitment_of(panel["secret"], hearing, round_number) != commitment:
        wrong.append("commitment")
    point = panel["checkpoint"]
    where = CheckpointRef(point["origin"], point["size"], point["root"])
    seed = combine_seed(panel["secret"], where, panel["contribution"])
    if seed != panel["seed"]:
        wrong.append("seed")
    expert = expert_of(panel)
    steps = [*panel["steps"], *(step for change in changes for step in change["steps"])]
    source = numbers(hearing, round_number, seed, panel["roll"]["size"])
    wrong += _sequence(steps, source, has_other=bool(expert))
    if expert:
        more = [step for change in changes for step in expert_of(change).get("steps", ())]
        source = numbers(hearing + EXPERT, round_number, seed, expert["size"])
        wrong += _sequence([*expert["steps"], *more], source, has_other=True)
    seated = seats_of(panel["steps"]) + seats_of(expert.get("steps", ()))
    if seated != panel["panel_size"]:
        wrong.append("panel_size")
    return wrong


def expert_of(body: Body) -> Body:
    """Return the expert seat's part of a draw's entry; empty where nothing was drawn for it."""
    part: Body = body.get("expert") or {}
    return part if part.get("steps") else {}


def seats_of(steps: Iterable[Body]) -> int:
    """Return how many were seated by some steps."""
    return sum(step["outcome"] == "seated" for step in steps)


def _sequence(
    steps: Sequence[Body], source: Iterator[tuple[int, int]], *, has_other: bool
) -> list[str]:
    """Compare steps with the numbers the seed gives; a number that came before is a repeat.

    Where there is a second sequence beside this one, whoever sits by it is a repeat too.
    """
    due = list(islice(source, len(steps)))
    if [(step["counter"], step["number"]) for step in steps] != due:
        return ["sequence"]
    seen: set[int] = set()
    for step in steps:
        is_repeat = step["reason"] == "repeat"
        if (step["number"] in seen) != is_repeat and not (is_repeat and has_other):
            return ["repeat"]
        if bool(step["reason"]) == (step["outcome"] == "seated"):
            return ["reason"]
        seen.add(step["number"])
    return []


class Recount:
    """A count repeated from the published ballots, part by part, in constant memory."""

    def __init__(self, verdict: Body) -> None:
        self._verdict = verdict
        self._where = (verdict["hearing"], verdict["round"])
        self._count = Count(sorted(verdict["tally"]["by_criterion"]))
        self._stack: list[tuple[int, bytes]] = []
        self._last = ""
        self._listed = self._spoiled = self._spoken = 0
        self._wrong: set[str] = set()

    def add(self, part: Body) -> None:
        """Take one `ballots_opened` entry, in order."""
        if (part["hearing"], part["round"]) != self._where:
            self._wrong.add("hearing")
        for one in part["ballots"]:
            self._listed += 1
            self._leaf(one["commitment"])
            if one["pseudonym"] != f"J{self._listed}":
                self._wrong.add("pseudonym")
            if one["ballot"]:
                self._ballot(one)
            else:
                self._spoiled += 1

    def _leaf(self, commitment: str) -> None:
        if commitment <= self._last:
            self._wrong.add("order")
        self._last = commitment
        level, value = 0, tree.leaf_hash(bytes.fromhex(commitment))
        while self._stack and self._stack[-1][0] == level:
            level, value = level + 1, tree.node_hash(self._stack.pop()[1], value)
        self._stack.append((level, value))

    def _ballot(self, one: Body) -> None:
        if _digest(one["nonce"], one["ballot"]) != one["commitment"]:
            self._wrong.add("receipt")
        ballot = json.loads(one["ballot"])
        if (ballot["hearing"], ballot["round"]) != self._where:
            self._wrong.add("hearing")
        words = one.get("words")
        if words:
            self._spoken += 1
            if _digest(words["nonce"], words["text"]) != ballot["words"]:
                self._wrong.add("words")
        try:
            self._count.add(OpenedBallot(ballot["vote"], ballot["answers"]))
        except ValueError:
            self._wrong.add("ballot")

    def problems(self, sealed: Body) -> list[str]:
        """Return the codes of what is wrong with the published count; empty where it adds up."""
        said, wrong = self._verdict, set(self._wrong)
        if self._root() != sealed["root"] or said["root"] != sealed["root"]:
            wrong.add("root")
        if not self._listed == said["count"] == sealed["count"]:
            wrong.add("count")
        rules = CountingRules(
            said["quorum"], said["threshold"], said["tie"], said["not_shown_counts_as"]
        )
        found = self._count.tally(rules)
        told = said["tally"]
        if (found.pay, found.deny, found.by_criterion) != (
            told["pay"],
            told["deny"],
            told["by_criterion"],
        ):
            wrong.add("tally")
        if self._spoiled != said["spoiled"] or found.found != said["found"]:
            wrong.add("found")
        outcome: str = found.outcome if found.has_quorum else "uphold"
        if said["basis"] == "outside_coverage":
            outcome = "uphold" if outcome == "overturn" else "none"
        if outcome != said["outcome"]:
            wrong.add("outcome")
        if self._spoken != (0 if self._withheld(found.pay, found.deny) else found.ballots):
            wrong.add("withheld")
        return sorted(wrong)

    def _withheld(self, pay: int, deny: int) -> str:
        """Return why the words are withheld: as the rule says, where the record has its number."""
        said = self._verdict
        shown_from = said.get("reasons_shown_from")
        if shown_from is None:
            return str(said["words_withheld"])
        return words_withheld(pay + deny, pay, deny, shown_from)

    def _root(self) -> str:
        if not self._stack:
            return tree.EMPTY_ROOT.hex()
        value = self._stack[-1][1]
        for _level, left in reversed(self._stack[:-1]):
            value = tree.node_hash(left, value)
        return value.hex()


def recount(verdict: Body, sealed: Body, parts: Iterable[Body]) -> list[str]:
    """Return the codes of what is wrong with a published count; empty where it adds up."""
    counted = Recount(verdict)
    for part in parts:
        counted.add(part)
    return counted.problems(sealed)


def _digest(nonce: str, text: str) -> str:
    return hashlib.sha256(bytes.fromhex(nonce) + text.encode()).hexdigest()
