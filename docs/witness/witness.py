#!/usr/bin/env python3
"""A witness of records (C2SP tlog-witness): signs a checkpoint only if it continues the last.

python3 witness.py --name witness.example.org/1 --data DIR --log 'NAME+HASH+KEY' [--log …]

Needs Python 3.9 on a POSIX system, nothing else. On its first run it makes its own key, readable by
its owner alone, and prints the verification key to give to readers and to the record's operator."""
# fmt: off - one blank line between functions keeps it on few pages
import argparse
import base64
import binascii
import contextlib
import fcntl
import hashlib
import http.server
import json
import os
import re
import secrets
import sys
import threading
import time
from pathlib import Path

MAX_BODY, MAX_PROOF, MAX_SIZE, PLAIN = 131072, 63, 2**63 - 1, "text/plain; charset=utf-8"

class Refused(Exception):
    """An answer other than 200: its status, and its text."""

    def __init__(self, status: int, text: str, kind: str = PLAIN) -> None:
        super().__init__(text)
        self.status, self.text, self.kind = status, text, kind

# --- Ed25519 (RFC 8032, its reference algorithm; it does not hide its timing)
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
def add(p: tuple, q: tuple) -> tuple:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
def times(number: int, point: tuple) -> tuple:
    result = (0, 1, 1, 0)
    while number:
        result = add(result, point) if number & 1 else result
        point, number = add(point, point), number >> 1
    return result
def read_point(data: bytes) -> tuple:
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT % P
    if y >= P or (x * x - square) % P or (sign and not x):
        raise ValueError("not a point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P
def write_point(point: tuple) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")
BASE = read_point(b"\x58" + b"\x66" * 31)
def number(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")
def expand(seed: bytes) -> tuple:
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    return scalar, digest[32:], write_point(times(scalar, BASE))
def sign(seed: bytes, message: bytes) -> bytes:
    scalar, prefix, public = expand(seed)
    r = number(prefix, message) % L
    point = write_point(times(r, BASE))
    s = (r + number(point, public, message) % L * scalar) % L
    return point + s.to_bytes(32, "little")
def is_signed(public: bytes, message: bytes, mark: bytes) -> bool:
    s = int.from_bytes(mark[32:], "little")
    if len(public) != 32 or len(mark) != 64 or s >= L:
        return False
    try:
        key = times(number(mark[:32], public, message) % L, read_point(public))
        other = add(read_point(mark[:32]), key)
    except ValueError:
        return False
    return write_point(times(s, BASE)) == write_point(other)

# --- Signed notes and the tree's growth (RFC 9162 §2.1.4.2)
def key_hint(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]
def read_vkey(vkey: str) -> tuple:
    """(name, hint) and the key of an Ed25519 verification key."""
    name, hint, key = vkey.strip().split("+", 2)
    raw = base64.b64decode(key, validate=True)
    if len(raw) != 33 or raw[0] != 1 or key_hint(name, 1, raw[1:]).hex() != hint:
        raise ValueError("not an Ed25519 verification key")
    return (name, bytes.fromhex(hint)), raw[1:]
def grows(first: int, second: int, old: bytes, new: bytes, path: list) -> bool:
    """Whether the path proves the tree of the first size a beginning of the second's."""
    if first == 0:
        return not path and (second > 0 or new == hashlib.sha256().digest())
    if first == second:
        return not path and old == new
    hashes = path if first & (first - 1) else [old, *path]
    if not hashes:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    mine = theirs = hashes[0]
    for one in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            mine = hashlib.sha256(b"\x01" + one + mine).digest()
            theirs = hashlib.sha256(b"\x01" + one + theirs).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            theirs = hashlib.sha256(b"\x01" + theirs + one).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and mine == old and theirs == new
def parse(body: bytes) -> tuple:
    """The old size, the proof, the checkpoint's note of a request; ValueError where it is none."""
    head, _, note = body.decode("utf-8").partition("\n\n")
    first, *lines = head.split("\n")
    match = re.fullmatch(r"old (0|[1-9][0-9]{0,18})", first, re.ASCII)
    proof = [base64.b64decode(line, validate=True) for line in lines]
    if not match or len(proof) > MAX_PROOF or any(len(one) != 32 for one in proof):
        raise ValueError("not an old size and hashes")
    text, gap, marks = note.rpartition("\n\n")
    origin, size, root = (text + "\n").split("\n")[:3]
    sizes = re.fullmatch(r"0|[1-9][0-9]{0,18}", size, re.ASCII)
    hashed = base64.b64decode(root, validate=True)
    if not gap or not origin or not sizes or len(hashed) != 32 or int(size) > MAX_SIZE:
        raise ValueError("not a checkpoint")
    return int(match[1]), proof, text + "\n", marks, origin, int(size), hashed

class Witness:
    """The key, the logs it knows, the last checkpoint it signed of each."""
    def __init__(self, name: str, folder: Path, logs: list) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.name, self.folder, self.lock = name, folder, threading.Lock()
        self.held = (folder / "lock").open("w")
        fcntl.flock(self.held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.logs = dict(read_vkey(vkey) for vkey in logs)
        if not (folder / "key").exists():
            self.keep("key", secrets.token_bytes(32).hex() + "\n")
        self.seed = bytes.fromhex((folder / "key").read_text())
        self.public = expand(self.seed)[2]
        state = folder / "state.json"
        self.state = json.loads(state.read_text()) if state.exists() else {}
    def vkey(self) -> str:
        key = base64.b64encode(b"\x04" + self.public).decode()
        return f"{self.name}+{key_hint(self.name, 4, self.public).hex()}+{key}"
    def keep(self, name: str, text: str) -> None:
        """Write a file whole, bring it to the disk, then give it its name, and that to the disk."""
        draft = self.folder / f".{name}.new"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / name)
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    def require_signature(self, origin: str, text: str, marks: str) -> None:
        if origin not in {name for name, _hint in self.logs}:
            raise Refused(404, "this log is not known here\n")
        is_by_known = False
        for line in marks.splitlines():
            found = re.fullmatch(r"— (\S+) (\S+)", line)
            with contextlib.suppress(binascii.Error):
                raw = base64.b64decode(found[2] if found else "", validate=True)
                key = self.logs.get((origin, raw[:4])) if found and found[1] == origin else None
                if key and not is_signed(key, text.encode(), raw[4:]):
                    raise Refused(403, "a signature does not fit\n")
                is_by_known = is_by_known or key is not None
        if not is_by_known:
            raise Refused(403, "not signed by a key known here\n")
    def add_checkpoint(self, body: bytes) -> str:
        """Return the cosignature's line. Comparing and keeping are one step under the lock."""
        try:
            old, proof, text, marks, origin, size, root = parse(body)
        except ValueError as error:
            raise Refused(400, f"{error}\n") from error
        self.require_signature(origin, text, marks)
        if old > size:
            raise Refused(400, "the old size is larger than the checkpoint's\n")
        with self.lock:
            known = self.state.get(origin, {"size": 0, "root": ""})
            is_other = old == size == known["size"] and size and known["root"] != root.hex()
            if old != known["size"] or is_other:
                raise Refused(409, f"{known['size']}\n", "text/x.tlog.size")
            if not grows(old, size, bytes.fromhex(known["root"]), root, proof):
                raise Refused(422, "the proof does not hold\n")
            if size > known["size"] or origin not in self.state:
                state = {**self.state, origin: {"size": size, "root": root.hex(), "text": text}}
                self.keep("state.json", json.dumps(state, ensure_ascii=False))
                self.state = state
            return self.cosign(text)
    def cosign(self, text: str) -> str:
        now = int(time.time())
        mark = sign(self.seed, f"cosignature/v1\ntime {now}\n{text}".encode())
        blob = key_hint(self.name, 4, self.public) + now.to_bytes(8, "big") + mark
        return f"— {self.name} {base64.b64encode(blob).decode()}\n"

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version, timeout, witness = "HTTP/1.1", 30, None
    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        is_readable = length.isascii() and length.isdecimal() and int(length) <= MAX_BODY
        body = self.rfile.read(int(length)) if is_readable else b""
        self.close_connection = self.close_connection or not is_readable
        try:
            if not self.path.endswith("/add-checkpoint"):
                raise Refused(404, "there is only add-checkpoint\n")
            if not is_readable:
                raise Refused(400, "no body of a fitting length\n")
            self.answer(200, self.witness.add_checkpoint(body))
        except Refused as refused:
            self.answer(refused.status, refused.text, refused.kind)
    def do_GET(self) -> None:
        seen = "".join(f"\n{one['text']}" for one in list(self.witness.state.values()))
        self.answer(200, f"{self.witness.vkey()}\n{seen}")
    def answer(self, status: int, text: str, kind: str = PLAIN) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="the witness's name, without spaces or plus")
    parser.add_argument("--data", required=True, type=Path, help="where key and state are kept")
    parser.add_argument("--log", required=True, action="append", help="a log's verification key")
    parser.add_argument("--listen", default="127.0.0.1:8090", help="HOST:PORT")
    options = parser.parse_args()
    if not re.fullmatch(r"[^\s+]+", options.name):
        parser.error("a name has no spaces and no plus")
    Handler.witness = Witness(options.name, options.data, options.log)
    host, _, port = options.listen.rpartition(":")
    http.server.ThreadingHTTPServer.request_queue_size = 128
    server = http.server.ThreadingHTTPServer((host, int(port)), Handler)
    print(f"{Handler.witness.vkey()}\nlistening on {host}:{server.server_port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()

if __name__ == "__main__":
    sys.exit(main())
