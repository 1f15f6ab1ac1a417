"""A client of the API: a token, an Idempotency-Key on every POST, steps found in the answers."""

import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

API = "/api/v1"
_keys = count(1)


@dataclass
class Caller:
    """One person's program: it knows a username and a password, and nothing else."""

    username: str
    client: Client
    token: str

    @classmethod
    def sign_in(cls, username: str) -> "Caller":
        """Exchange the password of the demo for a token."""
        client = Client(headers={"accept-language": "en"})
        answer = client.post(
            f"{API}/token/",
            {"username": username, "password": "demo"},
            content_type="application/json",
            headers={"Idempotency-Key": f"token-{next(_keys)}"},
        )
        assert answer.status_code == 200, answer.content
        return cls(username, client, answer.json()["token"])

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}"}

    def get(self, path: str, status: int = 200) -> Any:
        """Read a resource."""
        answer = self.client.get(path, headers=self._headers())
        assert answer.status_code == status, (path, answer.status_code, answer.content)
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 200, key: str = "") -> Any:
        """Send a JSON body under a fresh key, or under the one given."""
        headers = {**self._headers(), "Idempotency-Key": key or f"{self.username}-{next(_keys)}"}
        answer = self.client.post(
            path, json.dumps(body or {}), content_type="application/json", headers=headers
        )
        assert answer.status_code == status, (path, answer.status_code, answer.content.decode())
        return answer.json()

    def upload(
        self, path: str, kind: str, name: str, data: bytes, media_type: str, status: int = 201
    ) -> Any:
        """Send one file."""
        file = SimpleUploadedFile(name, data, media_type)
        headers = {**self._headers(), "Idempotency-Key": f"{self.username}-{next(_keys)}"}
        answer = self.client.post(path, {"kind": kind, "file": file}, headers=headers)
        assert answer.status_code == status, (path, answer.status_code, answer.content.decode())
        return answer.json()

    def claim(self, reference: str) -> Any:
        """Read a claim with the steps one may take."""
        return self.get(f"{API}/claims/{reference}/")

    def offer(self, reference: str, step: str) -> Any:
        """Return a step as the claim's resource offers it; it must be open."""
        offers = {one["name"]: one for one in self.claim(reference)["available_steps"]}
        assert step in offers, (step, sorted(offers))
        assert not offers[step]["blockers"], offers[step]
        return offers[step]

    def step(self, reference: str, step: str, status: int = 200, **body: Any) -> Any:
        """Find a step in `available_steps` and take it where it says."""
        offer = self.offer(reference, step)
        unknown = set(body) - {field["name"] for field in offer["fields"]}
        assert not unknown or not offer["fields"], (step, unknown)
        return self.post(offer["link"], body, status)
