"""A complaint from receipt to its answer, over REST alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from complaints.models import Ticket
from office import audit
from office.models import Agent
from tests.complaints.api.conftest import Desk, complaint
from tests.conftest import LISTEN, REASON, REGRET, RESTATEMENT


def test_a_shop_takes_a_complaint_through_the_four_steps(desk: Desk, agent: Agent) -> None:
    made = desk.post("tickets", complaint(subject="Refund late", owner="mei"), Idempotency_Key="order-77-20418")
    assert made.status_code == 201
    number = made.json()["number"]
    assert made.headers["Location"] == f"/api/v1/tickets/{number}"
    targets = {clock["target"] for clock in made.json()["deadlines"]}
    assert targets == {"acknowledge", "first_answer", "resolve", "step_listen"}
    assert made.json()["owner"] == {"username": "mei", "name": "Mei Lin"}

    blocked = desk.post(f"tickets/{number}/steps/listen/complete")
    assert blocked.status_code == 409
    assert blocked.json()["code"] == "step-blocked"
    assert {each["code"] for each in blocked.json()["blockers"]} >= {"listen.happened.missing", "listen.harm.missing"}

    _leave(desk, number, "listen", LISTEN)
    empathy = {"restatement": RESTATEMENT, "feeling_named": "let down", "answer": "confirmed"}
    _leave(desk, number, "empathise", empathy)
    sorry = {"regret": REGRET, "regret_form": "spoken", "regret_by": "mei", "acceptance": "accepted"}
    _leave(desk, number, "apologise", sorry)

    issue = desk.post(f"tickets/{number}/issues", {"text": "The refund is three weeks late"})
    assert (issue.status_code, issue.json()["number"]) == (201, 1)
    found = desk.put(f"tickets/{number}/issues/1/finding", {"finding": "upheld", "reason": REASON})
    assert found.json()["findings"][0]["finding"] == "upheld"
    told = {"text": "Told her the refund was released today, bank charge and all.", "channel": "phone"}
    assert desk.post(f"tickets/{number}/outcome", told).status_code == 201
    answered = _leave(
        desk,
        number,
        "resolve",
        {
            "remedy": "The refund was released today, the bank charge goes with it.",
            "redress_none": "The bank charge is part of the refund itself.",
            "root_cause": "process",
            "prevention": "Returns that are booked in are released the same day by the late shift.",
        },
    )
    assert answered["state"] == "answered"
    closed = desk.post(f"tickets/{number}/close", {"reason": "accepted"})
    assert (closed.json()["state"], closed.json()["verdict"]) == ("closed", "accepted")
    assert audit.verify(("ticket", Ticket.objects.get(number=number).pk)) > 8


def test_an_anonymous_complaint_is_answered_although_nobody_can_be_told(desk: Desk) -> None:
    made = desk.post("tickets", complaint(customer=None, anonymous_reason="Left no name"))
    assert made.status_code == 201
    assert made.json()["customer"] is None
    number = made.json()["spoken_number"]
    _leave(desk, number, "listen", LISTEN)
    _leave(desk, number, "empathise", {"restatement": RESTATEMENT, "feeling_named": "let down", "answer": "no_way"})
    sorry = {"regret": REGRET, "regret_form": "message", "regret_by": "mei", "acceptance": "no_way"}
    _leave(desk, number, "apologise", sorry)
    desk.post(f"tickets/{number}/issues", {"text": "The refund is three weeks late"})
    desk.put(f"tickets/{number}/issues/1/finding", {"finding": "upheld", "reason": REASON})
    nobody = {
        "text": "Nobody could be told, the caller left no name and no number.",
        "channel": "phone",
        "reached": False,
    }
    assert desk.post(f"tickets/{number}/outcome", nobody).status_code == 201
    answered = _leave(
        desk,
        number,
        "resolve",
        {
            "remedy": "Every refund of that week was checked and released.",
            "redress_none": "Nobody is known to whom it could be given.",
            "root_cause": "process",
            "prevention_none": "The late shift was only away for this one week.",
        },
    )
    assert answered["state"] == "answered"


def test_a_corrected_restatement_goes_back_to_listen(
    desk: Desk, walk_to: Callable[..., Ticket], ticket: Ticket
) -> None:
    walk_to(ticket, "empathise")
    back = desk.post(f"tickets/{ticket.number}/steps/empathise/back", {"note": "It was the bank charge"})
    assert back.json()["step"] == "listen"
    steps = {each["step"]: each for each in desk.get(f"tickets/{ticket.number}/steps").json()["results"]}
    assert (steps["listen"]["visit"], steps["listen"]["state"]) == (2, "open")
    assert steps["empathise"]["state"] == "left"
    assert steps["resolve"]["state"] == "not_started"


def _leave(desk: Desk, number: str, step: str, evidence: Mapping[str, object]) -> dict[str, object]:
    """Record a step's evidence under the version seen, and complete it."""
    seen = desk.get(f"tickets/{number}/steps/{step}")
    kept = desk.put(f"tickets/{number}/steps/{step}", evidence, If_Match=seen.headers["ETag"])
    assert kept.status_code == 200, kept.content
    assert kept.json()["blockers"] == []
    left = desk.post(f"tickets/{number}/steps/{step}/complete", If_Match=kept.headers["ETag"])
    assert left.status_code == 200, left.content
    return dict(left.json())
