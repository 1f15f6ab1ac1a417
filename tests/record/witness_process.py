"""The small witness program as a real process on the loopback, and logs to show it."""

import http.client
import importlib.util
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from record import tree
from record.cosignatures import Cosigner, parse_cosigner
from record.notes import CheckpointText, Signer
from record.witness_client import submission

PROGRAM = Path(settings.BASE_DIR) / "docs" / "witness" / "witness.py"
ORIGIN = "example.org/board/record"
# Ends as if killed between bringing the new state to the disk and answering.
DIES_BEFORE_ANSWERING = (
    "import os, runpy, sys; sys.argv = sys.argv[1:]; "
    "source = open(sys.argv[0]).read().replace('return self.cosign(text)', 'os._exit(9)'); "
    "exec(compile(source, sys.argv[0], 'exec'), {'__name__': '__main__'})"
)


def load_program() -> ModuleType:
    """The program as a module, for its own functions."""
    spec = importlib.util.spec_from_file_location("witness_program", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Running:
    """A witness that listens: its key as it printed it, its port."""

    process: subprocess.Popen[str]
    cosigner: Cosigner
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, body: bytes, path: str = "/add-checkpoint") -> tuple[int, str, str]:
        """Status, content type and text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", path, body)
            answer = connection.getresponse()
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
        finally:
            connection.close()


@contextmanager
def running(
    folder: Path, vkeys: Sequence[str], *, dies: bool = False, listen: str = "127.0.0.1:0"
) -> Iterator[Running]:
    """Start the program and end it again."""
    logs = [word for vkey in vkeys for word in ("--log", vkey)]
    start = ["-c", DIES_BEFORE_ANSWERING] if dies else []
    options = ["--name", "witness.example/1", "--data", str(folder), "--listen", listen]
    process = subprocess.Popen(
        [sys.executable, "-I", *start, str(PROGRAM), *options, *logs],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        vkey, address = process.stdout.readline(), process.stdout.readline()
        yield Running(process, parse_cosigner(vkey), int(address.rpartition(":")[2]))
    finally:
        process.kill()
        process.wait(timeout=20)
        process.stdout.close()


@dataclass
class Log:
    """A log in memory: leaves, checkpoints signed by its key, proofs."""

    name: str = ORIGIN
    mark: str = ""
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def signer(self) -> Signer:
        return Signer(self.name, self.private)

    @property
    def vkey(self) -> str:
        return self.signer.verifier().vkey()

    def leaves(self, size: int) -> list[bytes]:
        return [tree.leaf_hash(f"{self.mark}{n}".encode()) for n in range(size)]

    def text(self, size: int) -> str:
        return CheckpointText(self.name, size, tree.root_of(self.leaves(size)), "").text()

    def note(self, size: int) -> str:
        return self.signer.sign(self.text(size))

    def proof(self, old: int, size: int) -> list[bytes]:
        if not 0 < old < size:
            return []
        return tree.consistency_proof(tree.reader_over(self.leaves(size)), old, size)

    def body(self, old: int, size: int) -> bytes:
        return submission(old, self.proof(old, size), self.note(size))
