"""Checking a hearing from its public entries alone: the draw repeated, the ballots recounted."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from jury.draw import CheckpointRef, combine_seed, commitment_of, numbers
from jury.tally import Count, CountingRules, OpenedBallot
from record import tree


def redraw(panel: Mapping[str, Any], commitment: str) -> list[str]:
    """Return the codes of what is wrong with a published draw; empty where it repeats exactly."""
    wrong: list[str] = []
    hearing, round_number = str(panel["hearing"]), int(panel["round"])
    if commitment_of(panel["secret"], hearing, round_number) != commitment:
        wrong.append("commitment")
    point = panel["checkpoint"]
    seed = combine_seed(
        panel["secret"],
        CheckpointRef(point["origin"], point["size"], point["root"]),
        panel["contribution"],
    )
    if seed != panel["seed"]:
        wrong.append("seed")
    seen: set[int] = set()
    sequence = numbers(hearing, round_number, seed, panel["roll"]["size"])
    for step in panel["steps"]:
        if (step["counter"], step["number"]) != next(sequence):
            wrong.append("sequence")
            break
        if (step["number"] in seen) != (step["reason"] == "repeat"):
            wrong.append("repeat")
        seen.add(step["number"])
    seated = sum(step["outcome"] == "seated" for step in panel["steps"])
    if seated != panel["panel_size"]:
        wrong.append("panel_size")
    return wrong


def recount(verdict: Mapping[str, Any], root: str) -> list[str]:
    """Return the codes of what is wrong with a published count; empty where it adds up."""
    wrong: list[str] = []
    listed: Sequence[Mapping[str, str]] = verdict["ballots"]
    commitments = sorted(one["commitment"] for one in listed)
    leaves = [tree.leaf_hash(bytes.fromhex(commitment)) for commitment in commitments]
    if tree.root_of(leaves).hex() != root or len(listed) != verdict["count"]:
        wrong.append("root")
    count = Count(sorted(verdict["tally"]["by_criterion"]))
    spoiled = 0
    for one in listed:
        if not one["ballot"]:
            spoiled += 1
            continue
        data = bytes.fromhex(one["nonce"]) + one["ballot"].encode()
        if hashlib.sha256(data).hexdigest() != one["commitment"]:
            wrong.append("receipt")
        ballot = json.loads(one["ballot"])
        if (ballot["hearing"], ballot["round"]) != (verdict["hearing"], verdict["round"]):
            wrong.append("hearing")
        count.add(OpenedBallot(ballot["vote"], ballot["answers"]))
    rules = CountingRules(
        verdict["quorum"],
        verdict["threshold"],
        verdict["tie"],
        verdict["not_shown_counts_as"],
    )
    found = count.tally(rules)
    said = verdict["tally"]
    if (found.pay, found.deny, found.by_criterion) != (
        said["pay"],
        said["deny"],
        said["by_criterion"],
    ):
        wrong.append("tally")
    if spoiled != verdict["spoiled"] or found.found != verdict["found"]:
        wrong.append("found")
    if verdict["basis"] in ("vote", "tie") and found.outcome != verdict["outcome"]:
        wrong.append("outcome")
    return wrong
