#!/usr/bin/env python3
"""Check a download of the public record: python3 verify.py RECORD.json [--key VKEY] [--old FILE]

Needs Python 3.9, nothing else. It trusts the key alone: give the one you wrote down with --key,
and a checkpoint you kept with --old. Exit code 0 means that all of it holds."""
# fmt: off - one blank line between functions keeps it on few pages
import argparse
import base64
import collections
import hashlib
import json
import sys
from pathlib import Path

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def need(holds: bool, words: str) -> None:
    if not holds:
        raise ValueError(words)
def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()

# --- Ed25519 (RFC 8032), verification only
def add(p: tuple, q: tuple) -> tuple:
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P
def times(number: int, point: tuple) -> tuple:
    result = (0, 1, 1, 0)
    while number:
        result = add(result, point) if number & 1 else result
        point, number = add(point, point), number >> 1
    return result
def point_of(data: bytes) -> tuple:
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    need(y < P and (x * x - square) % P == 0 and (x or not sign), "a signature is no point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P
def is_signed(key: bytes, text: bytes, mark: bytes) -> bool:
    need(len(key) == 32 and len(mark) == 64, "a key or signature has another length")
    base, s = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")), mark[32:]
    h = int.from_bytes(hashlib.sha512(mark[:32] + key + text).digest(), "little") % Q
    one = times(int.from_bytes(s, "little"), base)
    two = add(point_of(mark[:32]), times(h, point_of(key)))
    same = all((one[i] * two[2] - two[i] * one[2]) % P == 0 for i in (0, 1))
    return same and int.from_bytes(s, "little") < Q

# --- The tree and its checkpoints (RFC 6962, C2SP signed notes)
def key_of(vkey: str) -> tuple:
    name, hint, key = vkey.strip().split("+", 2)
    raw = base64.b64decode(key)
    need(raw[0] == 1 and sha(name.encode(), b"\n", raw)[:4].hex() == hint, "not such a key")
    return (name, bytes.fromhex(hint)), raw[1:]
def read_note(note: str, keys: dict) -> dict:
    text, _, marks = note.rpartition("\n\n")
    for _, name, mark in (line.split(" ") for line in marks.splitlines()):
        raw = base64.b64decode(mark)
        key = keys.get((name, raw[:4]))
        if key and is_signed(key, text.encode() + b"\n", raw[4:]):
            origin, size, root, *more = text.split("\n")
            at = next((line[5:] for line in more if line.startswith("time ")), "")
            root = base64.b64decode(root).hex()
            return {"origin": origin, "size": int(size), "root": root, "time": at}
    raise ValueError("a checkpoint is not signed by the key")

def roots(leaves: list, sizes: set) -> dict:
    """The root at each size. The same leaves give them all, so each continues the one before."""
    stack, found = [], {}
    for count, leaf in enumerate(leaves, 1):
        level, value = 0, sha(b"\0", leaf)
        while stack and stack[-1][0] == level:
            level, value = level + 1, sha(b"\1", stack.pop()[1], value)
        stack.append((level, value))
        if count in sizes:
            for _, left in reversed(stack[:-1]):
                value = sha(b"\1", left, value)
            found[count] = value.hex()
    return found

# --- What the entries say; `log` is what was read before, by (kind, hearing, round) and by kind
def digest(*lines: object) -> str:
    return sha("".join(f"{line}\n" for line in lines).encode()).hex()
def numbers(hearing: str, turn: int, seed: str, size: int) -> object:
    counter, limit = 1, 2**48 - 2**48 % size
    while True:
        value = int(digest("gongdao-draw-1", hearing, turn, seed, counter)[:12], 16)
        if value < limit:
            yield counter, value % size + 1
        counter += 1
def check_draw(b: dict, log: dict) -> None:
    h, turn, point, points = b["hearing"], b["round"], b["checkpoint"], log["points"]
    said, sealed = log["hearing_announced", h, turn], log["seed_committed", h, turn]
    roll = b["roll"]["digest"], b["roll"]["size"]
    need(roll in log["rolls"] and roll[0] == said["roll_digest"], "the roll was frozen first")
    kept = digest("gongdao-seed-commitment-1", h, turn, b["secret"])
    need(kept == sealed["commitment"], "the secret is the one committed to")
    parts = point["origin"], point["size"], point["root"], b["contribution"]
    need(b["seed"] == digest("gongdao-seed-1", b["secret"], *parts), "the seed has three parts")
    at = [i for i, p in enumerate(points) if all(p[k] == point[k] for k in point)]
    need(bool(at), "the checkpoint is one of the record's")
    after = said["draw_after"][:19]
    need(points[at[0]]["time"][:19] >= after, "the checkpoint came after the announced time")
    need(not at[0] or points[at[0] - 1]["time"][:19] <= after, "no checkpoint came before it")
    log["draw", h, turn] = numbers(h, turn, b["seed"], roll[1]), set()
    need(check_steps(b, log) == b["panel_size"], "the panel has its size")
def check_steps(b: dict, log: dict) -> int:
    source, seen = log["draw", b["hearing"], b["round"]]
    for step in b["steps"]:
        need(next(source) == (step["counter"], step["number"]), "the next number was taken")
        seated = step["outcome"] == "seated"
        need(bool(step["reason"]) != seated, "a skip has its reason, a seat needs none")
        need(not (seated and step["number"] in seen), "nobody sits twice")
        seen.add(step["number"])
    return sum(step["outcome"] == "seated" for step in b["steps"])
def check_opened(b: dict, log: dict) -> None:
    log.setdefault(("opened", b["hearing"], b["round"]), []).extend(b["ballots"])
def opens(nonce: str, text: str) -> str:
    return sha(bytes.fromhex(nonce), text.encode()).hex()
def check_verdict(b: dict, log: dict) -> None:
    here, votes = (b["hearing"], b["round"]), collections.Counter()
    sealed, opened = log[("ballots_sealed", *here)], log.get(("opened", *here), [])
    need((b["count"], b["root"]) == (sealed["count"], sealed["root"]), "as many as were sealed")
    marks = [one["commitment"] for one in opened]
    need(len(marks) == len(set(marks)) == b["count"], "every receipt is listed once")
    tops = roots([bytes.fromhex(mark) for mark in sorted(marks)], {len(marks)})
    need(tops.get(len(marks), sha().hex()) == b["root"], "the receipts are those sealed")
    for one in (one for one in opened if one["ballot"]):
        said, words = json.loads(one["ballot"]), one.get("words")
        need(opens(one["nonce"], one["ballot"]) == one["commitment"], "a ballot opens its receipt")
        need((said["hearing"], said["round"]) == here, "it was for here")
        need(not words or opens(words["nonce"], words["text"]) == said["words"], "words opened")
        votes[said["vote"]] += 1
    need(all(votes[one] == b["tally"][one] for one in ("pay", "deny")), "the votes add up")
    pay, cast, bar = b["tally"]["pay"], b["tally"]["pay"] + b["tally"]["deny"], b["threshold"]
    need(cast + b["spoiled"] == b["count"], "votes and spoiled ballots are all there are")
    won = b["tie"] == "overturn" if pay * 1000 == cast * bar else pay * 1000 > cast * bar
    won = won and cast >= b["quorum"] and b["basis"] != "outside_coverage"
    need(b["outcome"] == ("overturn" if won else "uphold"), "the outcome follows from the votes")
def check_round(b: dict, log: dict) -> None:
    due = sum(row["memberships"] * row["share_cents"] for row in b["tiers"])
    need(due == b["due_cents"] == b["collected_cents"] + b["uncollected_cents"], "shares add up")
    need(sum(case["aid_cents"] for case in b["cases"]) == b["aid_cents"], "cases add up")
    left = due + b["surplus_in_cents"] + b["subsidy_cents"] - b["aid_cents"] - b["fee_cents"]
    need(left == b["surplus_out_cents"], "the round balances")
    carried = log.get(("surplus", b["plan"]), b["surplus_in_cents"])
    need(b["surplus_in_cents"] == carried, "the surplus is the one carried over")
    log["surplus", b["plan"]] = b["surplus_out_cents"]

CHECKS = {"panel_drawn": check_draw, "panel_changed": check_steps, "verdict": check_verdict}
CHECKS |= {"round_closed": check_round, "ballots_opened": check_opened}

def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record")
    parser.add_argument("--key", help="the verification key you know, not the download's own")
    parser.add_argument("--old", help="a file with a checkpoint you kept")
    options = parser.parse_args()
    bundle = json.loads(Path(options.record).read_text("utf-8"))
    keys = dict(map(key_of, [options.key] if options.key else bundle["keys"]))
    points = [read_note(note, keys) for note in bundle["checkpoints"]]
    entries, sizes = bundle["entries"], [point["size"] for point in points]
    need(sizes == sorted(set(sizes)), "checkpoints do not grow")
    need(len(entries) == max(sizes, default=0), "an entry is missing or too many")
    found = roots([text.encode() for text in entries], set(sizes))
    for point in points:
        need(found[point["size"]] == point["root"], f"another root at {point['size']} entries")
    if options.old:
        old = read_note(Path(options.old).read_text("utf-8"), keys)
        need(found.get(old["size"]) == old["root"], "the checkpoint you kept is not in this record")
    log, failures, counts = {"points": points, "rolls": set()}, 0, collections.Counter()
    for index, text in enumerate(entries):
        entry = json.loads(text)
        kind, body = entry["kind"], entry["body"]
        plain = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        try:
            need(plain == text, "an entry is canonical JSON")
            if kind in CHECKS:
                CHECKS[kind](body, log)
        except (KeyError, StopIteration, ValueError) as error:
            failures += 1
            print(f"entry {index} ({kind} {entry['subject']}) FAILS: {error!r}")
        log[kind, str(body.get("hearing")), body.get("round")] = body
        if kind == "roll_frozen":
            log["rolls"].add((body["digest"], body["size"]))
        counts[kind] += 1
    print("\n".join(f"{counts[kind]:8} {kind}" for kind in sorted(counts)))
    print(f"{len(points)} checkpoints, {len(entries)} entries, {failures} failures")
    return 1 if failures else 0

if __name__ == "__main__":
    try:
        sys.exit(main())
    except (KeyError, ValueError) as error:
        sys.exit(f"FAILS: {error}")
