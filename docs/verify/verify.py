#!/usr/bin/env python3
"""Check a download of the public record, or of one hearing's part of it, by the standard library:

    python3 verify.py FILE.json [--key VKEY] [--old FILE]

It trusts the key alone: give the one you wrote down with --key, and a checkpoint you kept with
--old. Exit code 0 means that all of it holds. Needs Python 3.9."""
# fmt: off - one blank line between functions keeps it on few pages
import argparse
import base64
import json
import sys
from collections import Counter
from hashlib import sha256, sha512
from pathlib import Path

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ANSWERS, RULES = ("met", "not_met", "not_shown"), ("quorum", "threshold", "tie")

def need(holds: bool, words: str) -> None:
    if not holds:
        raise ValueError(words)
def sha(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()

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
    s = int.from_bytes(mark[32:], "little")
    h = int.from_bytes(sha512(mark[:32] + key + text).digest(), "little") % Q
    one = times(s, point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")))
    two = add(point_of(mark[:32]), times(h, point_of(key)))
    return s < Q and all((one[i] * two[2] - two[i] * one[2]) % P == 0 for i in (0, 1))

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
    stack, found = [], {0: sha().hex()}
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
def climb(at: int, end: int, path: list, leaf: bytes) -> bytes:  # where an entry's path leads
    need(0 <= at < end and bool(path) == (end > 1), "a path has another length")
    half, top = 1 << (end - 1).bit_length() >> 1, bytes.fromhex("".join(path[-1:]))
    if at >= half > 0:
        return sha(b"\1", top, climb(at - half, end - half, path[:-1], leaf))
    return sha(b"\1", climb(at, half, path[:-1], leaf), top) if path else leaf
def grow(at: int, end: int, path: list, old: bytes, edge: bool = True) -> tuple:
    """Where a proof leads that the tree of `end` entries continues that of `at`: both roots."""
    need(bool(path) if at < end else len(path) == (not edge), "a proof has another length")
    half, top = 1 << (end - 1).bit_length() >> 1, bytes.fromhex("".join(path[-1:]))
    if at == end:
        return (old, old) if edge else (top, top)
    if at <= half:
        one, two = grow(at, half, path[:-1], old, edge)
        return one, sha(b"\1", two, top)
    return tuple(sha(b"\1", top, x) for x in grow(at - half, end - half, path[:-1], old, False))

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
    here, point, points = (b["hearing"], b["round"]), b["checkpoint"], log["points"]
    said, sealed = log[("hearing_announced", *here)], log[("seed_committed", *here)]
    roll, extra = (b["roll"]["digest"], b["roll"]["size"]), b.get("expert") or {}
    need(roll in log["rolls"] and roll[0] == said["roll_digest"], "the roll was frozen first")
    kept = digest("gongdao-seed-commitment-1", *here, b["secret"])
    need(kept == sealed["commitment"] == b["commitment"], "the secret is the one committed to")
    parts = point["origin"], point["size"], point["root"], b["contribution"]
    need(b["seed"] == digest("gongdao-seed-1", b["secret"], *parts), "the seed has three parts")
    at = [i for i, p in enumerate(points) if all(p[k] == point[k] for k in point)]
    need(bool(at), "the checkpoint is one of the record's")
    after, times = said["draw_after"][:19], [p["time"][:19] for p in points]
    need(times[at[0]] >= after, "the checkpoint came after the announced time")
    need(not at[0] or times[at[0] - 1] <= after, "no checkpoint came before it")
    need(log["index"] >= point["size"] > said["index"], "the draw came after its checkpoint")
    later = {f"fallback:next-checkpoint:{p['root']}" for p in points[at[0] + 1:]}
    own = f"number:{b.get('claimant_number')}"
    need(b["contribution"] in later | {own}, "the number is the claimant's or a later checkpoint")
    log[("steps", *here)] = numbers(*here, b["seed"], roll[1]), set()
    if extra.get("steps"):
        need((extra["digest"], extra["size"]) in log["rolls"], "the experts stood on that roll")
        source = numbers(here[0] + "/expert", here[1], b["seed"], extra["size"])
        log[("expert", *here)] = source, set()
    need(check_steps(b, log) == b["panel_size"] == said["panel_size"], "the panel has its size")
def check_steps(b: dict, log: dict) -> int:
    seats, two = 0, ("expert", b["hearing"], b["round"]) in log
    for track, part in (("steps", b), ("expert", b.get("expert") or {})):
        source, seen = log.get((track, b["hearing"], b["round"]), (iter(()), set()))
        for step in part.get("steps", ()):
            need(next(source) == (step["counter"], step["number"]), "the next number was taken")
            seated, again = step["outcome"] == "seated", step["number"] in seen
            need(bool(step["reason"]) != seated, "a skip has its reason, a seat needs none")
            repeat = step["reason"] == "repeat"  # who holds the expert's seat is one too
            need(again == repeat or (repeat and two), "a number that came up is a repeat")
            seats, _ = seats + seated, seen.add(step["number"])
    return seats
def opens(one: dict, text: str, mark: str) -> bool:
    return sha(bytes.fromhex(one["nonce"]), one[text].encode()).hex() == mark
def check_opened(b: dict, log: dict) -> None:
    here = b["hearing"], b["round"]
    marks, c = log.setdefault(("opened", *here), ([], Counter()))
    sealed = log[("ballots_sealed", *here)]["index"]
    signed = any(sealed < point["size"] <= log["index"] for point in log["points"])
    need(signed, "the receipts' root was signed before the opening")
    for one in b["ballots"]:
        marks.append(one["commitment"])
        need(one["pseudonym"] == f"J{len(marks)}", "a name is the place of the receipt")
        if one["ballot"]:
            said, words = json.loads(one["ballot"]), one.get("words")
            need(opens(one, "ballot", one["commitment"]), "a ballot opens its receipt")
            need((said["hearing"], said["round"]) == here, "it was for here")
            need(not words or opens(words, "text", said["words"]), "the words are those sealed")
            c.update([said["vote"], *said["answers"].items(), bool(words)])
def check_verdict(b: dict, log: dict) -> None:
    here, bar, both = (b["hearing"], b["round"]), b["threshold"], b["not_shown_counts_as"] == "met"
    sealed, (marks, c) = log[("ballots_sealed", *here)], log.get(("opened", *here), ([], Counter()))
    need((b["count"], b["root"]) == (sealed["count"], sealed["root"]), "as many as were sealed")
    need(marks == sorted(set(marks)) and len(marks) == b["count"], "every receipt is listed once")
    top = roots(map(bytes.fromhex, marks), {len(marks)})[len(marks)]
    need(top == b["root"], "the receipts are those sealed")
    cast, lost = c["pay"] + c["deny"], len(marks) - c["pay"] - c["deny"]
    told = b["tally"]["pay"], b["tally"]["deny"], b["spoiled"]
    need((c["pay"], c["deny"], lost) == told, "the votes add up")
    for code, row in b["tally"]["by_criterion"].items():
        need(row == {answer: c[code, answer] for answer in ANSWERS}, "the answers add up")
        met = (row["met"] + both * row["not_shown"]) * 1000 > cast * bar
        other = ANSWERS[1 + (not both and row["not_shown"] > row["not_met"])]
        found = ("met" if met else other) if cast >= b["quorum"] else None
        need(sum(row.values()) == cast and b["found"].get(code) == found, "what was found follows")
    for said in (log.get((kind, *here), {}) for kind in ("hearing_announced", "voting_opened")):
        need(all(said.get(k, b[k]) == b[k] for k in RULES), "the rules are those announced")
    alike = "" if c["pay"] and c["deny"] else "unanimous"
    why = "small" if cast < b["reasons_shown_from"] else alike
    need((b["words_withheld"], c[True]) == (why, 0 if why else cast), "words are shown by the rule")
    won = b["tie"] == "overturn" if c["pay"] * 1000 == cast * bar else c["pay"] * 1000 > cast * bar
    won = won and cast >= b["quorum"] and b["basis"] != "outside_coverage"
    need(b["outcome"] == ("overturn" if won else "uphold"), "the outcome follows from the votes")
def check_round(b: dict, log: dict) -> None:
    due = sum(row["memberships"] * row["share_cents"] for row in b["tiers"])
    need(due == b["due_cents"] == b["collected_cents"] + b["uncollected_cents"], "shares add up")
    need(sum(case["aid_cents"] for case in b["cases"]) == b["aid_cents"], "cases add up")
    left = due + b["surplus_in_cents"] + b["subsidy_cents"] - b["aid_cents"] - b["fee_cents"]
    carried = log.get(("surplus", b["plan"]), b["surplus_in_cents"])
    need(left == b["surplus_out_cents"], "the round balances")
    need(b["surplus_in_cents"] == carried, "the surplus is the one carried over")
    log["surplus", b["plan"]] = b["surplus_out_cents"]
def check_roll(b: dict, log: dict) -> None:
    log["rolls"] |= {(one["digest"], one["size"]) for one in (b, *b.get("experts", {}).values())}
CHECKS = {"panel_drawn": check_draw, "panel_changed": check_steps, "verdict": check_verdict,
          "round_closed": check_round, "ballots_opened": check_opened, "roll_frozen": check_roll}

def part_of(bundle: dict, points: list) -> tuple:
    """A hearing's entries with their places; each is proved to stand in the last checkpoint."""
    top, end, entries = bytes.fromhex(points[-1]["root"]), points[-1]["size"], bundle["entries"]
    for place, point in enumerate(points[:-1]):
        path, old = bundle["checkpoints"][place]["path"], bytes.fromhex(point["root"])
        need(grow(point["size"], end, path, old) == (old, top), "a tree was not continued")
    places = [one["index"] for one in entries]
    need(places == sorted(set(places)) and len(places) == bundle["count"], "entries are missing")
    for one in entries:
        leaf = climb(one["index"], end, one["path"], sha(b"\0", one["text"].encode()))
        need(leaf == top, f"entry {one['index']} is not in the checkpoint")
    found = {point["size"]: point["root"] for point in points}
    return places, [one["text"] for one in entries], found
def check(bundle: dict, keys: dict, kept: str) -> int:
    is_part = bundle["format"] == "gongdao-hearing-1"
    notes = [point["note"] if is_part else point for point in bundle["checkpoints"]]
    points, texts = [read_note(note, keys) for note in notes], bundle["entries"]
    sizes = [point["size"] for point in points]
    need(sizes == sorted(set(sizes)), "checkpoints do not grow")
    places, found = range(len(texts)), {}
    if is_part:
        places, texts, found = part_of(bundle, points)
    else:
        need(len(texts) == max(sizes, default=0), "an entry is missing or too many")
        found = roots([text.encode() for text in texts], set(sizes))
    right = all(found[point["size"]] == point["root"] for point in points)
    need(right, "a checkpoint has another root")
    old = read_note(kept, keys) if kept else points[-1]
    need(found.get(old["size"]) == old["root"], "the checkpoint you kept is not in this record")
    log, failures, counts = {"points": points, "rolls": set()}, 0, Counter()
    for place, text in enumerate(texts):
        entry, index = json.loads(text), places[place]
        log["index"] = index
        kind, body = entry["kind"], entry["body"]
        plain = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        try:
            need(plain == text, "an entry is canonical JSON")
            CHECKS.get(kind, lambda *_: None)(body, log)
        except (KeyError, StopIteration, ValueError) as error:
            failures += 1
            print(f"entry {index} ({kind} {entry['subject']}) FAILS: {error!r}")
        log[kind, str(body.get("hearing")), body.get("round")] = {**body, "index": index}
        counts[kind] += 1
    print("\n".join(f"{counts[kind]:8} {kind}" for kind in sorted(counts)))
    print(f"{len(points)} checkpoints, {len(texts)} entries, {failures} failures")
    print("NOT everything in this file holds" if failures else "Everything in this file holds")
    return 1 if failures else 0

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record")
    parser.add_argument("--key", help="the verification key you know, not the download's own")
    parser.add_argument("--old", help="a file with a checkpoint you kept")
    given = parser.parse_args()
    try:
        read = json.loads(Path(given.record).read_text("utf-8"))
        known = dict(map(key_of, [given.key] if given.key else read["keys"]))
        sys.exit(check(read, known, Path(given.old).read_text("utf-8") if given.old else ""))
    except (KeyError, ValueError) as error:
        sys.exit(f"FAILS: {error}")
