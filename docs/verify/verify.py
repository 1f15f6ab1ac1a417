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
from functools import lru_cache
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
def point_of(data: bytes) -> tuple:
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    need(y < P and (x * x - square) % P == 0 and (x or not sign), "a signature is no point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P
@lru_cache(None)
def rows(key: bytes) -> list:  # 32 rows of a point's multiples by 0 to 255, times 256 each row
    found, point = [], point_of(key)
    for _ in range(32):
        row = [(0, 1, 1, 0), point]
        while len(row) < 256:
            row.append(add(row[-1], point))
        found, point = [*found, row], add(row[-1], point)
    return found
def times(number: int, key: bytes) -> tuple:
    result = (0, 1, 1, 0)
    for place, digit in enumerate(number.to_bytes(32, "little")):
        result = add(result, rows(key)[place][digit])
    return result
def is_signed(key: bytes, text: bytes, mark: bytes) -> bool:
    need(len(key) == 32 and len(mark) == 64, "a key or signature has another length")
    s = int.from_bytes(mark[32:], "little")
    h = int.from_bytes(sha512(mark[:32] + key + text).digest(), "little") % Q
    x, y, z, t = times(h, key)
    x, y, z, _ = add(times(s, b"\x58" + b"\x66" * 31), (P - x, y, z, P - t))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return s < Q and (y | (x & 1) << 255).to_bytes(32, "little") == mark[:32]

# --- The tree and its checkpoints (RFC 6962, C2SP signed notes)
def key_of(vkey: str) -> tuple:  # of a log (type 1) or of a witness (type 4)
    name, hint, key = vkey.strip().split("+", 2)
    raw = base64.b64decode(key)
    need(base64.b64encode(raw).decode() == key, "not such a key")
    is_one = raw[:1] in (b"\1", b"\4") and sha(name.encode(), b"\n", raw)[:4].hex() == hint
    need(is_one, "not such a key")
    return (name, bytes.fromhex(hint)), raw
def read_note(note: str, keys: dict, others: bool = False) -> dict:
    """What a checkpoint says. Every line must verify; lines by others only where that is said."""
    text, _, marks = note.rpartition("\n\n")
    origin, size, root, *more = text.split("\n")
    lines, told, by = marks.split("\n"), dict(line.split(" ", 1) for line in more), set()
    need(lines.pop() == "", "its last line has no end")
    for dash, name, mark in (line.split(" ") for line in lines):
        raw = base64.b64decode(mark)
        key = keys.get((name, raw[:4]), b"")
        need(dash == "—" and base64.b64encode(raw).decode() == mark, "a line is no signature")
        need(bool(key) or others, "a line is by nobody known")
        head, stamp = b"", raw[4:]
        if key[:1] == b"\4":
            head = b"cosignature/v1\ntime %d\n" % int.from_bytes(raw[4:12], "big")
            stamp = raw[12:]
        right = not key or is_signed(key[1:], head + text.encode() + b"\n", stamp)
        need(right, "a signature does not fit")
        by |= {(name, raw[:4])} if key else set()
    need(any(keys[one][:1] == b"\1" for one in by), "it is not signed by the key")
    said = {"origin": origin, "size": int(size), "root": base64.b64decode(root).hex()}
    return {**said, "time": told.get("time", ""), "after": told.get("previous"), "by": by}
def keys_after(keys: dict, texts: list, notes: list) -> dict:
    """The keys that follow from those known: both have signed the checkpoint of a change."""
    changes = [(i, one) for i, one in enumerate(texts) if '"key_rotated"' in one]
    for place, text in changes * 2:  # forwards, and back from a newer key
        try:
            body = json.loads(text)["body"]
            old, new = map(key_of, (body["old"], body["new"]))
            both = dict((old, new))
            note = next(one for one in notes if int(one.split("\n")[1]) > place)
            signed = new[0] in keys or read_note(note, both, True)["by"] == set(both)
            if signed and both.keys() & keys.keys():
                keys = {**keys, **both}
        except (LookupError, StopIteration, TypeError, ValueError):
            continue  # what does not hold here is found and named below
    return keys
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
    cases = log.get(("cases", b["round"]), []) + b["cases"]  # a large round's come in parts before
    need(len(cases) == b.get("case_count", len(cases)), "every case is there")
    need(sum(case["aid_cents"] for case in cases) == b["aid_cents"], "cases add up")
    left = due + b["surplus_in_cents"] + b["subsidy_cents"] - b["aid_cents"] - b["fee_cents"]
    carried = log.get(("surplus", b["plan"]), b["surplus_in_cents"])
    need(left == b["surplus_out_cents"], "the round balances")
    need(b["surplus_in_cents"] == carried, "the surplus is the one carried over")
    log["surplus", b["plan"]] = b["surplus_out_cents"]
def check_cases(b: dict, log: dict) -> None:
    log.setdefault(("cases", b["round"]), []).extend(b["cases"])
def check_change(b: dict, log: dict) -> None:
    point = next(one for one in log["points"] if one["size"] > log["index"])
    both = {key_of(b[one])[0] for one in (("new",) if b["old_is_lost"] else ("old", "new"))}
    need(both <= point["by"], "a change of keys is signed by both")
def check_roll(b: dict, log: dict) -> None:
    log["rolls"] |= {(one["digest"], one["size"]) for one in (b, *b.get("experts", {}).values())}
CHECKS = {"panel_drawn": check_draw, "panel_changed": check_steps, "verdict": check_verdict,
          "round_closed": check_round, "ballots_opened": check_opened, "roll_frozen": check_roll,
          "round_cases": check_cases, "key_rotated": check_change}

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
    texts, points, found = bundle["entries"], [], {}
    keys = keys if is_part else keys_after(keys, texts, notes)
    keys = {**keys, **dict(map(key_of, bundle.get("witnesses", [])))}
    for place, note in enumerate(notes):
        try:
            points.append(read_note(note, keys))
        except (LookupError, TypeError, ValueError) as error:
            raise ValueError(f"checkpoint {place} of the file: {error}") from error
    sizes = [point["size"] for point in points]
    need(sizes == sorted(set(sizes)), "checkpoints do not grow")
    places = range(len(texts))
    if is_part:
        places, texts, found = part_of(bundle, points)
    else:
        found = roots([text.encode() for text in texts], set(sizes))
    for start, end, point in zip([0, *sizes], sizes, points):  # noqa: B905 - Python 3.9 has no strict
        words = f"entries {start} to {end - 1} are not those of the checkpoint of {end}"
        need(found.get(end) == point["root"], words)
        words = f"a checkpoint is missing between those of {start} and {end}"
        need(is_part or point["after"] == str(start), words)
    last, count = max(sizes, default=0), len(texts)
    words = f"entries {last} to {count - 1} stand after the last checkpoint, of {last}"
    need(is_part or count == last, words)
    old = read_note(kept, keys, True) if kept else points[-1]
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
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        sys.exit(f"FAILS: {error!r}")
