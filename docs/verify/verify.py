#!/usr/bin/env python3
"""Check a download of the public record: python3 verify.py RECORD.json [--key VKEY] [--old NOTE]

Needs Python 3.9 and nothing else. It trusts nothing but the key: give the one you wrote down
earlier with --key, and a checkpoint you kept with --old. Exit code 0 means all of it holds.
"""

import argparse
import base64
import collections
import hashlib
import json
import sys

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# --- Ed25519 (RFC 8032), verification only ------------------------------------------------------

def add(a, b):
    x, y, z, t = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0]), 2 * a[2] * b[2], 2 * a[3] * b[3] * D
    e, f, g, h = (y - x) % P, (z - t) % P, (z + t) % P, (y + x) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def point_of(data):
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    if y >= P:
        raise ValueError("not a point")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (not x and sign):
        raise ValueError("not a point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, text, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % Q
    left, right = times(s, BASE), add(point_of(signature[:32]), times(h, point_of(key)))
    return s < Q and not any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1))


# --- The tree and its checkpoints (RFC 6962, C2SP signed notes) ---------------------------------

def key_of(vkey):
    name, hint, key = vkey.strip().split("+", 2)
    raw = base64.b64decode(key)
    assert raw[0] == 1 and sha(name.encode(), b"\n", raw)[:4].hex() == hint, "not an Ed25519 key"
    return name, raw[1:]


def read_note(note, keys):
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        _, name, blob = line.split(" ")
        raw = base64.b64decode(blob)
        for key_name, key in keys:
            if name == key_name and raw[:4] == sha(name.encode(), b"\n\x01", key)[:4] and signed(key, text.encode(), raw[4:]):
                lines = text.split("\n")
                time = next((line[5:] for line in lines[3:] if line.startswith("time ")), "")
                return {"origin": lines[0], "size": int(lines[1]), "root": base64.b64decode(lines[2]).hex(), "time": time}
    raise AssertionError("a checkpoint is not signed by the key")


def roots(entries, sizes):
    """The root at each of the sizes: the same leaves give them all, so they are consistent."""
    stack, found = [], {}
    for count, text in enumerate(entries, 1):
        level, value = 0, sha(b"\0", text.encode())
        while stack and stack[-1][0] == level:
            level, value = level + 1, sha(b"\1", stack.pop()[1], value)
        stack.append((level, value))
        if count in sizes:
            value = stack[-1][1]
            for _, left in reversed(stack[:-1]):
                value = sha(b"\1", left, value)
            found[count] = value.hex()
    return found


# --- What the entries say: draws, tallies, rounds, the audit ------------------------------------

def lines(*items):
    return sha("".join(f"{item}\n" for item in items).encode()).hex()


def numbers(hearing, turn, seed, size):
    counter, limit = 1, 2**48 - 2**48 % size
    while True:
        value = int(lines("gongdao-draw-1", hearing, turn, seed, counter)[:12], 16)
        if value < limit:
            yield counter, value % size + 1
        counter += 1


def check_draw(b, log):
    h, turn, point = b["hearing"], b["round"], b["checkpoint"]
    before = {kind: log.last(kind, h, turn) for kind in ("seed_committed", "hearing_announced")}
    announced, roll = before["hearing_announced"], log.by_digest.get(b["roll"]["digest"])
    assert roll and roll["size"] == b["roll"]["size"] and announced["roll_digest"] == roll["digest"], "the roll was frozen first"
    assert before["seed_committed"]["commitment"] == lines("gongdao-seed-commitment-1", h, turn, b["secret"]), "the seed is the committed one"
    assert b["seed"] == lines("gongdao-seed-1", b["secret"], point["origin"], point["size"], point["root"], b["contribution"]), "the seed is made of its three parts"
    places = [i for i, one in enumerate(log.points) if (one["size"], one["root"]) == (point["size"], point["root"])]
    assert places, "the checkpoint is one of the record's"
    after = announced["draw_after"][:19]
    assert log.points[places[0]]["time"][:19] >= after, "the checkpoint came after the announced time"
    assert places[0] == 0 or log.points[places[0] - 1]["time"][:19] <= after, "and was the first to"
    log.draws[h, turn] = (numbers(h, turn, b["seed"], b["roll"]["size"]), set())
    assert check_steps(b, log) == b["panel_size"], "the panel has its size"


def check_steps(b, log):
    source, seen = log.draws[b["hearing"], b["round"]]
    for step in b["steps"]:
        assert next(source) == (step["counter"], step["number"]), "the next number in order was taken"
        assert step["number"] not in seen or step["outcome"] == "skipped", "nobody sits twice"
        assert step["outcome"] == "seated" or step["reason"], "a skip has its reason"
        seen.add(step["number"])
    return sum(step["outcome"] == "seated" for step in b["steps"])


def check_round(b, log):
    due = sum(row["memberships"] * row["share_cents"] for row in b["tiers"])
    assert due == b["due_cents"] == b["collected_cents"] + b["uncollected_cents"], "shares add up to what is due"
    assert b["aid_cents"] == sum(case["aid_cents"] for case in b["cases"]), "cases add up to the aid"
    assert due + b["surplus_in_cents"] + b["subsidy_cents"] == b["aid_cents"] + b["fee_cents"] + b["surplus_out_cents"], "the round balances"
    assert b["surplus_in_cents"] == log.surplus.get(b["plan"], b["surplus_in_cents"]), "the surplus was carried"
    log.surplus[b["plan"]] = b["surplus_out_cents"]


def check_head(b, log):
    assert b["seq"] >= log.head, "the audit only grows"
    log.head = b["seq"]


def check_roll(b, log):
    log.by_digest[b["digest"]] = b


CHECKS = {"roll_frozen": check_roll, "panel_drawn": check_draw, "panel_changed": check_steps, "round_closed": check_round, "audit_head": check_head}


class Log:
    def __init__(self, points):
        self.points, self.surplus, self.draws, self.by_digest, self.head = points, {}, {}, {}, 0
        self.seen = {}

    def last(self, kind, hearing, turn):
        assert (kind, hearing, turn) in self.seen, f"{kind} came first"
        return self.seen[kind, hearing, turn]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record")
    parser.add_argument("--key", help="the verification key you know; without it, the download's own")
    parser.add_argument("--old", help="a file with a checkpoint you kept")
    options = parser.parse_args()
    with open(options.record, encoding="utf-8") as file:
        bundle = json.load(file)
    keys = [key_of(one) for one in ([options.key] if options.key else bundle["keys"])]
    points = [read_note(note, keys) for note in bundle["checkpoints"]]
    assert [one["size"] for one in points] == sorted({one["size"] for one in points}), "sizes grow"
    if options.old:
        with open(options.old, encoding="utf-8") as file:
            old = read_note(file.read(), keys)
        assert any((one["size"], one["root"]) == (old["size"], old["root"]) for one in points), "the checkpoint you kept is not in this record"
    entries = bundle["entries"]
    assert len(entries) == (points[-1]["size"] if points else 0), "every entry is under the last checkpoint"
    found = roots(entries, {one["size"] for one in points})
    for point in points:
        assert found[point["size"]] == point["root"], f"the root of {point['size']} entries is another"
    log, failures, checked = Log(points), 0, collections.Counter()
    for index, text in enumerate(entries):
        entry = json.loads(text)
        try:
            assert json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")) == text, "canonical JSON"
            CHECKS.get(entry["kind"], lambda body, log: None)(entry["body"], log)
        except (AssertionError, KeyError) as error:
            failures += 1
            print(f"entry {index} ({entry['kind']} {entry['subject']}) FAILS: {error!r}")
        body = entry["body"]
        log.seen[entry["kind"], body.get("hearing"), body.get("round")] = body
        checked[entry["kind"]] += 1
    for kind, count in sorted(checked.items()):
        print(f"{count:8} {kind}{'' if kind in CHECKS else ' (in the tree; nothing to recompute)'}")
    print(f"{len(points)} checkpoints, {len(entries)} entries, {failures} failures")
    print(f"newest: {points[-1]['size']} entries, root {points[-1]['root']}" if points else "no checkpoint")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (AssertionError, KeyError, ValueError) as error:
        sys.exit(f"FAILS: {error}")
