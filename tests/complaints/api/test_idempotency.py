"""A client that asks twice is served once: in parallel, after a crash, after a refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.test import Client

from complaints.models import Attachment, Interaction, Ticket
from office.actions import idempotency
from office.models import ApiToken, Event, IdempotentAnswer
from tests.complaints.api.conftest import Desk, complaint
from tests.conftest import NOW

ROOT = Path(__file__).resolve().parents[3]

# Answers one request and dies after the commit, before anybody hears of it.
DIES = """
import os, sys
import django
from django.conf import settings

django.setup()
settings.ALLOWED_HOSTS = ["*"]
settings.MIDDLEWARE = ["__main__.Dies", *settings.MIDDLEWARE]


class Dies:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        print(response.status_code, flush=True)
        os._exit(137)


from django.test import Client

secret, key, body = sys.argv[1:]
headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
Client().post("/api/v1/tickets", body, "application/json", headers=headers)
"""


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_make_one_ticket(desk: Desk) -> None:
    body, start = json.dumps(complaint()), threading.Barrier(50)

    def ask(_number: int) -> tuple[int, str, str]:
        client = Client(headers={"Authorization": f"Bearer {desk.client.secret}"})  # type: ignore[attr-defined]
        start.wait(timeout=60)
        try:
            answer = client.post("/api/v1/tickets", body, "application/json", headers={"Idempotency-Key": "order-1"})
            return answer.status_code, answer.json()["number"], answer.headers.get("Idempotent-Replay", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(ask, range(50)))
    assert {status for status, _number, _replay in answers} == {201}
    assert len({number for _status, number, _replay in answers}) == 1
    assert [replay for _status, _number, replay in answers].count("") == 1
    assert Ticket.objects.count() == IdempotentAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_between_commit_and_answer_makes_no_second_ticket(desk: Desk, tmp_path: Path) -> None:
    body, script = json.dumps(complaint()), tmp_path / "dies.py"
    script.write_text(DIES, encoding="utf-8")
    arguments = [sys.executable, str(script), desk.client.secret, "order-2", body]  # type: ignore[attr-defined]
    environment = {**os.environ, "DATABASE_URL": _database(), "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    died = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (died.returncode, died.stdout.strip()) == (137, "201"), died.stderr
    made = Ticket.objects.get()
    again = desk.post("tickets", body, Idempotency_Key="order-2")
    assert (again.status_code, again.json()["number"]) == (201, made.number)
    assert again.headers["Idempotent-Replay"] == "true"
    assert Ticket.objects.count() == 1


def _database() -> str:
    """The address of the database this test runs on."""
    it = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{it['NAME']}"
    return f"postgres://{it['USER']}:{it['PASSWORD']}@{it['HOST']}:{it['PORT']}/{it['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_at_work_the_second_waits_and_hears_the_same(desk: Desk) -> None:
    token, inside, heard = desk.client.token, threading.Event(), []  # type: ignore[attr-defined]

    def slow() -> idempotency.Answer:
        inside.set()
        threading.Event().wait(0.5)
        return idempotency.Answer(201, {"number": "1"})

    def first() -> None:
        try:
            heard.append(idempotency.once(token, key="k", digest="d", now=NOW, act=slow))
        finally:
            connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    heard.append(idempotency.once(token, key="k", digest="d", now=NOW, act=_never))
    thread.join()
    assert sorted(answer.replayed for answer in heard) == [False, True]
    assert heard[0].body == heard[1].body == {"number": "1"}


def _never() -> idempotency.Answer:
    raise AssertionError("done twice")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock for everything: the answer is 503")
def test_a_wait_that_times_out_is_a_conflict(desk: Desk) -> None:
    token: ApiToken = desk.client.token  # type: ignore[attr-defined]
    inside, done = threading.Event(), threading.Event()

    def endless() -> idempotency.Answer:
        inside.set()
        done.wait(30)
        return idempotency.Answer(201, {})

    def first() -> None:
        try:
            idempotency.once(token, key="k", digest="d", now=NOW, act=endless)
        finally:
            connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(idempotency.InFlight):
            idempotency.once(token, key="k", digest="d", now=NOW, act=_never)
    finally:
        done.set()
        thread.join()
        connection.close()


def test_the_same_request_again_is_the_same_answer_and_another_is_422(desk: Desk) -> None:
    first = desk.post("tickets", complaint(), Idempotency_Key="k-1")
    again = desk.post("tickets", json.dumps(complaint(), indent=3), Idempotency_Key="k-1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Idempotent-Replay" not in first.headers
    other = desk.post("tickets", complaint(subject="Another"), Idempotency_Key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert "Idempotency-Key" in other.json()["fields"]
    elsewhere = desk.post(f"tickets/{first.json()['number']}/issues", {"text": "Late"}, Idempotency_Key="k-1")
    assert elsewhere.status_code == 422
    assert Ticket.objects.count() == 1


def test_another_token_has_keys_of_its_own(desk: Desk, make_desk: Callable[..., Desk]) -> None:
    for client in (desk, make_desk()):
        assert client.post("tickets", complaint(), Idempotency_Key="k").status_code == 201
    assert Ticket.objects.count() == 2


def test_a_refusal_uses_no_key_up_and_leaves_its_line(desk: Desk, ticket: Ticket) -> None:
    path = f"tickets/{ticket.number}/steps/listen/complete"
    for _attempt in range(2):
        assert desk.post(path, Idempotency_Key="done").json()["code"] == "step-blocked"
    assert Event.objects.filter(subject_id=ticket.pk, verb="refused").count() == 2
    assert not IdempotentAnswer.objects.exists()
    bad = desk.post("tickets", complaint(customer={"name": "A", "email": "x"}), Idempotency_Key="k-2")
    assert bad.status_code == 422
    assert desk.post("tickets", complaint(), Idempotency_Key="k-2").status_code == 201


def test_every_create_can_be_repeated(desk: Desk, ticket: Ticket) -> None:
    base = f"tickets/{ticket.number}"
    creates = {
        f"{base}/interactions": {"kind": "note", "text": "Rang the warehouse."},
        f"{base}/issues": {"text": "The refund is late"},
        f"{base}/follow-ups": {"kind": "update", "text": "Ring her", "due_at": "2026-11-25T10:00:00Z"},
        f"{base}/escalations": {"reason": "May I pay the bank charge?"},
        "customers": {"name": "Li Na", "phone": "+44 7700 900419"},
    }
    for path, body in creates.items():
        first, again = (desk.post(path, body, Idempotency_Key=f"k {path}") for _ in range(2))
        assert (first.status_code, first.json()) == (201, again.json()), path
        assert again.headers["Idempotent-Replay"] == "true"
    assert Interaction.objects.filter(ticket=ticket, kind="note").count() == 1


def test_a_file_sent_again_is_kept_once(desk: Desk, ticket: Ticket) -> None:
    path = f"/api/v1/tickets/{ticket.number}/attachments"
    headers = {"Idempotency-Key": "file-1"}
    for content, status in (("one", 201), ("one", 201), ("two", 422)):
        file = SimpleUploadedFile("note.txt", content.encode())
        assert desk.client.post(path, {"file": file}, headers=headers).status_code == status
    assert Attachment.objects.count() == 1


def test_a_verb_sent_again_is_not_done_again(desk: Desk, ticket: Ticket, walk_to: Callable[..., Ticket]) -> None:
    walk_to(ticket, "empathise")
    path = f"tickets/{ticket.number}/steps/empathise/back"
    first = desk.post(path, {}, Idempotency_Key="back")
    again = desk.post(path, {}, Idempotency_Key="back")
    assert first.json() == again.json()
    assert desk.post(path, {}, Idempotency_Key="back-2").status_code == 409


@pytest.mark.parametrize("key", ["", " ", "a" * 201, "schlüssel", "a\tb"])
def test_a_key_is_visible_ascii(desk: Desk, key: str) -> None:
    answer = desk.post("tickets", complaint(), Idempotency_Key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-idempotency-key")
    assert "Idempotency-Key" in answer.json()["fields"]


def test_old_answers_are_forgotten(desk: Desk) -> None:
    desk.post("tickets", complaint(), Idempotency_Key="k")
    row = IdempotentAnswer.objects.get()
    with transaction.atomic():
        assert idempotency.forget_answers(before=row.created_at) == 0
        assert idempotency.forget_answers(before=NOW.replace(year=2027)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_a_new_customers_number_make_one_customer(desk: Desk) -> None:
    body, start = json.dumps(complaint(customer={"name": "Li Na", "external_id": "C-77"})), threading.Barrier(8)

    def ask(_number: int) -> tuple[int, int]:
        client = Client(headers={"Authorization": f"Bearer {desk.client.secret}"})  # type: ignore[attr-defined]
        start.wait(timeout=60)
        try:
            answer = client.post("/api/v1/tickets", body, "application/json")
            return answer.status_code, answer.json()["customer"]["id"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(8)))
    assert len(answers) == 1
    assert Ticket.objects.count() == 8
