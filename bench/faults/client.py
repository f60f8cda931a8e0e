"""Who uses the desk while it breaks: over REST, again under the same key when no answer comes, noting each answer."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import secrets
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

from bench.faults.ledger import EVIDENCE, FILE, PAGE, PROMISE, TICKET, WHOLE, WORDS, Entry, Ledger

SECONDS = 15.0
"""How long a client waits for an answer."""
INSISTS = 120.0
"""How long it asks again before it gives an operation up; nothing was promised then."""
PACE = 0.3
"""Seconds between two operations of one person: a token may ask 600 times a minute."""
SOONEST, LATEST = 3.0, 45.0
"""When promises fall due, so that bells ring every second, also while nobody can promise anything new."""
REFUSED, LOST, LATE = -1, -2, -3
"""No answer: nobody listens there; the connection broke; the time was up."""
AGAIN = {REFUSED, LOST, LATE, 409, 429, 500, 502, 503, 504, 507}


@dataclass(frozen=True)
class Answer:
    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    etag: str = ""
    replayed: bool = False

    @property
    def is_yes(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Try:
    """One request: when it began (monotonic), how long it took, what it was and how it ended."""

    began: float
    seconds: float
    what: str
    status: int


class Notes:
    """What all clients saw, for the figures."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.tries: list[Try] = []
        self.given_up = 0
        self.odd: Counter[str] = Counter()
        self.last_yes = 0.0

    def saw(self, one: Try) -> None:
        with self._lock:
            self.tries.append(one)
            if 200 <= one.status < 300:
                self.last_yes = max(self.last_yes, one.began)

    def gave_up(self) -> None:
        with self._lock:
            self.given_up += 1

    def wondered(self, what: str, answer: Answer) -> None:
        """An answer that is neither yes nor 'later'."""
        with self._lock:
            self.odd[f"{what}: {answer.status} {answer.body.get('code', '')}"] += 1


class Person(threading.Thread):
    """One thread with one token that receives complaints and works on them, one request after the other.

    ``port`` may change while it works, as a proxy in front would send it elsewhere.
    """

    latest = LATEST

    def __init__(self, port: int, token: str, *, ledger: Ledger, notes: Notes, seed: str) -> None:
        super().__init__(name=f"person-{seed}", daemon=True)
        self.port, self.token, self.ledger, self.notes = port, token, ledger, notes
        self.chance = random.Random(seed)  # noqa: S311
        self.goes_home = threading.Event()

    def run(self) -> None:
        while not self.goes_home.is_set():
            self.one_case()

    def one_case(self) -> None:
        key = _key("t")
        made = self.insist(TICKET, "/api/v1/tickets", _complaint(key), key)
        if not made:
            return
        number = str(made.body["number"])
        for what in (self.talks, self.records, self.promises, self.files, self.talks):
            if self.goes_home.is_set():
                return
            what(number)

    def talks(self, number: str) -> None:
        key = _key("w")
        said = {"kind": "words", "channel": "phone", "text": f"She rang again about it. {key}"}
        self.insist(WORDS, f"/api/v1/tickets/{number}/interactions", said, key, number=number)

    def promises(self, number: str) -> None:
        if self.chance.random() < 0.3:
            return
        key = _key("p")
        due = datetime.now(UTC) + timedelta(seconds=self.chance.uniform(SOONEST, self.latest))
        said = {"kind": "promise", "text": f"Ring her back {key}", "due_at": due.isoformat()}
        path = f"/api/v1/tickets/{number}/follow-ups"
        self.insist(PROMISE, path, said, key, number=number, value=due.isoformat())

    def files(self, number: str) -> None:
        if self.chance.random() < 0.5:
            return
        key = _key("f")
        content = (key + "\n" + "receipt " * self.chance.randrange(10, 4000)).encode() + WHOLE
        body, kind = _form(f"{key}.txt", content)
        digest = hashlib.sha256(content).hexdigest()
        path = f"/api/v1/tickets/{number}/attachments"
        self.insist(FILE, path, body, key, number=number, value=digest, content_type=kind)

    def records(self, number: str) -> None:
        """Evidence of the step; without a key, but under the version we saw."""
        key, path = _key("e"), f"/api/v1/tickets/{number}/steps/listen"
        until, tries = time.monotonic() + INSISTS, 0
        while time.monotonic() < until and not self.goes_home.is_set():
            seen = self.ask("read", "GET", path)
            if not seen.is_yes:
                self.rest()
                continue
            if key in str(seen.body.get("evidence", {}).get("happened", "")):
                self.ledger.note(Entry(EVIDENCE, key, number, tries=tries, replayed=True))
                return
            tries += 1
            said = json.dumps({"happened": f"The parcel came broken. {key}"}).encode()
            answer = self.ask(EVIDENCE, "PUT", path, said, {"If-Match": seen.etag})
            if answer.is_yes:
                self.ledger.note(Entry(EVIDENCE, key, number, tries=tries))
                self.rest(PACE)
                return
            if answer.status not in AGAIN | {412}:
                self.notes.wondered(EVIDENCE, answer)
                return
            self.rest()
        self.notes.gave_up()

    def insist(
        self,
        what: str,
        path: str,
        said: Mapping[str, Any] | bytes,
        key: str,
        *,
        number: str = "",
        value: str = "",
        content_type: str = "application/json",
    ) -> Answer | None:
        """Ask until it is answered, always with the same key; a yes is noted. None when it was refused or given up."""
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        headers = {"Idempotency-Key": key, "Content-Type": content_type}
        until, tries = time.monotonic() + INSISTS, 0
        while time.monotonic() < until and not self.goes_home.is_set():
            tries += 1
            answer = self.ask(what, "POST", path, body, headers)
            if answer.is_yes:
                known = number or str(answer.body["number"])
                self.ledger.note(Entry(what, key, known, value, tries=tries, replayed=answer.replayed))
                self.rest(PACE)
                return answer
            if answer.status not in AGAIN:
                if not (what == PROMISE and tries > 1 and answer.status == 422):  # it fell due while we asked
                    self.notes.wondered(what, answer)
                return None
            self.rest()
        self.notes.gave_up()
        return None

    def ask(
        self, what: str, method: str, path: str, body: bytes | None = None, more: Mapping[str, str] | None = None
    ) -> Answer:
        """One try, on a connection of its own."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | dict(more or {})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        began = time.monotonic()
        try:
            connection.request(method, path, body, headers | {"Connection": "close"})
            answer = _read(connection.getresponse())
        except ConnectionRefusedError:
            answer = Answer(REFUSED)
        except TimeoutError:
            answer = Answer(LATE)
        except (OSError, http.client.HTTPException, ValueError):
            answer = Answer(LOST)
        finally:
            connection.close()
        self.notes.saw(Try(began, time.monotonic() - began, what, answer.status))
        return answer

    def rest(self, seconds: float = 0.5) -> None:
        self.goes_home.wait(seconds * self.chance.uniform(0.6, 1.4))


class Reader(Person):
    """Somebody who signed in with a browser and reads the queue, one page after the other."""

    cookies = ""

    def signs_in(self, name: str, password: str) -> None:
        """Raises when the desk does not let them in."""
        opened = self._page("GET", "/sign-in/")
        form = {"username": name, "password": password, "csrfmiddlewaretoken": _cookie(opened, "csrftoken")}
        self.cookies = f"csrftoken={form['csrfmiddlewaretoken']}"
        entered = self._page("POST", "/sign-in/", urllib.parse.urlencode(form).encode())
        self.cookies += f"; sessionid={_cookie(entered, 'sessionid')}"

    def run(self) -> None:
        while not self.goes_home.is_set():
            headers = {"Cookie": self.cookies, "Authorization": "", "Content-Type": "text/plain"}
            answer = self.ask(PAGE, "GET", "/queue/", more=headers)
            if answer.status not in AGAIN | {200}:
                self.notes.wondered(PAGE, answer)
            self.rest(1.0)

    def _page(self, method: str, path: str, body: bytes | None = None) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookies}
        connection.request(method, path, body, kind)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response


def _cookie(response: http.client.HTTPResponse, name: str) -> str:
    """The cookie that was set; ``KeyError`` when it was not."""
    given = SimpleCookie()
    for header in response.headers.get_all("Set-Cookie") or []:
        given.load(header)
    return given[name].value


def _read(response: http.client.HTTPResponse) -> Answer:
    content = response.read()
    body = json.loads(content) if "json" in (response.headers.get("Content-Type") or "") else {}
    replayed = response.headers.get("Idempotent-Replay") == "true"
    return Answer(response.status, body, response.headers.get("ETag") or "", replayed=replayed)


def _key(letter: str) -> str:
    return f"{letter}-{secrets.token_hex(12)}"


def _complaint(key: str) -> dict[str, Any]:
    return {
        "description": f"My parcel came broken and nobody answers the phone. {key}",
        "channel": "email",
        "external_ref": key,
        "customer": {"name": f"Customer {key[-6:]}", "email": f"{key}@example.org"},
    }


def _form(name: str, content: bytes) -> tuple[bytes, str]:
    """A multipart form with one file, and its content type."""
    edge = secrets.token_hex(16)
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/plain\r\n'
    return f"{head}\r\n".encode() + content + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
