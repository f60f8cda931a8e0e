"""Every verb on a ticket and every way to ask for it: one row each. A verb without a row fails the suite.

A row says how the verb is called by function, from the case page, over the API, and in bulk. Where a way does not
exist, the row says why. No management command does a verb to a ticket (`COMMANDS` names what the commands do).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.actions import (
    assignment,
    clocks,
    conversation,
    corrections,
    customer_links,
    ends,
    escalations,
    follow_ups,
    held,
    issues,
    letters,
    links,
    mailing,
    patterns,
    portal,
    redress,
    sealing,
    sent_links,
    steps,
)
from tests.access.world import SOON, Desk, Parts

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
TEXT = "She says that the money never came."
WHEN, LOCAL = SOON.isoformat(), SOON.strftime("%Y-%m-%dT%H:%M")

Words = dict[str, Any]
Ask = Callable[[Desk, Parts], Words]


@dataclass(frozen=True)
class Call:
    """One request to the API: method, path after the ticket's number, body. ``form`` sends it as a form."""

    method: str
    path: str
    body: Words = field(default_factory=dict)
    form: bool = False


@dataclass(frozen=True)
class Row:
    """``on`` names the part the verb is done to. ``why_not`` gives the reason for each way that is None.

    ``masked`` are places where the page's form cannot even offer the verb, so that it answers 422 without a line.
    """

    do: Callable[..., Any]
    words: Ask
    page: Ask | None
    api: Callable[[Desk, Parts], Call] | None
    bulk: Callable[[Desk], str] | None = None
    on: str = "ticket"
    why_not: Words = field(default_factory=dict)
    masked: frozenset[tuple[str, str]] = frozenset()


def nothing(_desk: Desk, _parts: Parts) -> Words:
    return {}


def fixed(**words: Any) -> Ask:
    return lambda _desk, _parts: dict(words)


def post(path: str, **body: Any) -> Callable[[Desk, Parts], Call]:
    return lambda _desk, parts: Call("post", path.format(**pks(parts)), dict(body))


def pks(parts: Parts) -> dict[str, Any]:
    return {
        "step": parts.ticket.step,
        "redress": parts.redress.pk,
        "waiting": parts.waiting.pk,
        "follow_up": parts.follow_up.pk,
        "escalation": parts.escalation.pk,
        "link": parts.link_id,
        "mail": parts.mail.pk,
        "lost": parts.lost.pk,
        "held": parts.held.pk,
        "contact": parts.contact.pk,
    }


def row_of(part: str, **words: Any) -> Ask:
    """The form of a verb about one part."""
    return lambda _desk, parts: {"row": getattr(parts, part).pk, **words}


def ending(reason: str, path: str, do: Callable[..., Any]) -> Row:
    words = {"reason": reason, "note": "As agreed"}
    return Row(do, fixed(reason=reason), fixed(**words), post(path, **words))


def guided(do: Callable[..., Any], path: str) -> Row:
    words = {"guidance": "Offer the bank charge first"}
    return Row(
        do,
        fixed(**words),
        row_of("escalation", **words),
        post("escalations/{escalation}/" + path, **words),
        on="escalation",
    )


def said_of(do: Callable[..., Any], path: str) -> Row:
    """What somebody says to a pattern of a contact."""
    words = {"key": "emotional_surge"}
    called = post("interactions/{contact}/patterns/" + path, **words)
    return Row(do, fixed(**words), row_of("contact", **words), called, on="contact")


def a_letter(do: Callable[..., Any], on: str = "letter", **words: Any) -> Row:
    """What is done to a letter."""
    return Row(do, fixed(**words), None, None, on=on, why_not={"page": ITS_OWN_PAGE, "api": NO_LETTERS})


def theirs(do: Callable[..., Any], **words: Any) -> Row:
    """What is the customer's to do."""
    return Row(do, fixed(**words), None, None, why_not={"page": THEIR_DOOR, "api": THEIR_DOOR})


THROUGH_THE_STEP = "the step's form carries it: see step.record"
LINK_AT_RECEIPT = "a client is given the link when it creates the ticket, and nothing more"
ITS_OWN_PAGE = "letters have a page of their own: see tests/complaints/views/test_letters.py"
NO_LETTERS = "the API has no letters"
THEIR_DOOR = "the customer’s own door leads to it: see tests/complaints/portal"
NOT_OFFERED = "the API does not offer it: a client watches by reading, and a sealed ticket is out of its sight"
ONES_OWN_SLIP = "people take back what they ended in error themselves; a client plans anew"
ONES_OWN_DAY = "it leaves the day of a person; a client has none"
REFUND = {"kind": "refund", "basis": "due"}
CORRECTION = {"subject": "Late refund", "language": "en", "category": ""}

ROWS: dict[str, Row] = {
    "step.record": Row(
        steps.record_step,
        lambda _d, parts: {"evidence": {}, "step": parts.ticket.step},
        None,
        lambda _d, parts: Call("put", f"steps/{parts.ticket.step}"),
        why_not={
            "page": "a form left open when the step ends is answered 412 with what was typed: see test_case_steps"
        },
    ),
    "step.complete": Row(
        steps.complete_step, nothing, None, post("steps/{step}/complete"), why_not={"page": THROUGH_THE_STEP}
    ),
    "step.skip": Row(
        steps.skip_step,
        fixed(reason="settled_at_once"),
        fixed(reason="settled_at_once"),
        post("steps/{step}/skip", reason="settled_at_once"),
    ),
    "step.back": Row(
        steps.go_back,
        nothing,
        fixed(to="listen"),
        post("steps/{step}/back"),
        masked=frozenset({("listen", state) for state in ("open", "withdrawn", "merged", "out_of_scope")}),
    ),
    "issue.add": Row(
        issues.add_issue, fixed(text=TEXT), None, post("issues", text=TEXT), why_not={"page": THROUGH_THE_STEP}
    ),
    "issue.find": Row(
        issues.find,
        fixed(finding="upheld", reason=TEXT),
        None,
        lambda _d, parts: Call("put", f"issues/{parts.issue.number}/finding", {"finding": "upheld", "reason": TEXT}),
        on="issue",
        why_not={"page": THROUGH_THE_STEP},
    ),
    "redress.offer": Row(
        redress.offer,
        fixed(**REFUND, amount=Decimal(5)),
        fixed(**REFUND, amount="5"),
        post("redress", **REFUND, amount="5"),
    ),
    "redress.withdraw": Row(
        redress.withdraw, nothing, row_of("redress"), post("redress/{redress}/withdraw"), on="redress"
    ),
    "redress.done": Row(redress.done, nothing, row_of("redress"), post("redress/{redress}/done"), on="redress"),
    "approval.decide": Row(
        redress.decide,
        fixed(approve=True),
        row_of("waiting", decision="approve"),
        post("redress/{waiting}/approve"),
        on="waiting",
    ),
    "approval.waive": Row(
        redress.waive,
        fixed(reason="Nobody else is here"),
        row_of("waiting", reason="Nobody else is here"),
        post("redress/{waiting}/waive", reason="Nobody else is here"),
        on="waiting",
    ),
    "ticket.reopen": Row(
        ends.reopen, fixed(reason="not_fixed"), fixed(reason="not_fixed"), post("reopen", reason="not_fixed")
    ),
    "ticket.close": ending("accepted", "close", ends.close),
    "ticket.settle": ending("answered", "settle", ends.settle),
    "ticket.withdraw": ending("no_longer", "withdraw", ends.withdraw),
    "ticket.out_of_scope": ending("not_ours", "out-of-scope", ends.out_of_scope),
    "ticket.convert": Row(
        corrections.convert,
        fixed(kind="advice", reason="question"),
        fixed(kind="advice", reason="question"),
        post("convert", kind="advice", reason="question"),
    ),
    "ticket.correct": Row(
        corrections.correct,
        fixed(changes={"subject": "Late refund"}),
        fixed(**CORRECTION),
        lambda _d, _p: Call("patch", "", {"subject": "Late refund"}),
    ),
    "ticket.change_customer": Row(
        corrections.change_customer,
        fixed(customer=None, anonymous_reason="wants_none"),
        fixed(anonymous_reason="wants_none"),
        lambda _d, _p: Call("put", "customer", {"customer": None, "anonymous_reason": "wants_none"}),
    ),
    "ticket.assign": Row(
        assignment.assign,
        lambda desk, _p: {"owner": desk.supervisor},
        lambda desk, _p: {"owner": desk.supervisor.pk},
        post("assign", owner="karin"),
        bulk=lambda desk: f"assign:{desk.supervisor.pk}",
    ),
    "ticket.take": Row(assignment.take, nothing, nothing, post("take"), bulk=lambda _d: "take"),
    "ticket.move": Row(
        assignment.move,
        fixed(team=None),
        fixed(team="0"),
        post("move", team=None),
        bulk=lambda desk: f"move:{desk.team.pk}",
    ),
    "ticket.watch": Row(assignment.watch, nothing, nothing, None, why_not={"api": NOT_OFFERED}),
    "ticket.unwatch": Row(assignment.unwatch, nothing, nothing, None, why_not={"api": NOT_OFFERED}),
    "ticket.seal": Row(
        sealing.seal,
        lambda desk, _p: {"named": [desk.administrator]},
        lambda desk, _p: {"named": [desk.administrator.pk], "sealed_from": "0"},
        post("seal", named=["ada"]),
    ),
    "ticket.unseal": Row(sealing.unseal, nothing, nothing, None, why_not={"api": NOT_OFFERED}),
    "ticket.link": Row(
        links.link,
        lambda desk, parts: {"other": desk.places["resolve", "open"].ticket, "kind": "related"},
        lambda desk, parts: {"number": desk.places["resolve", "open"].ticket.number, "kind": "related"},
        lambda desk, parts: Call(
            "post", "links", {"other": desk.places["resolve", "open"].ticket.number, "kind": "related"}
        ),
    ),
    "ticket.unlink": Row(
        links.unlink,
        lambda _d, parts: {"link_id": parts.link_id},
        lambda _d, parts: {"row": parts.link_id},
        lambda _d, parts: Call("delete", f"links/{parts.link_id}"),
    ),
    "ticket.wait": Row(
        clocks.wait,
        fixed(reason="testing", until=SOON),
        fixed(reason="testing", until=LOCAL),
        post("wait", reason="testing", until=WHEN),
    ),
    "ticket.resume": Row(clocks.resume, nothing, nothing, post("resume")),
    "interaction.add": Row(
        conversation.add_interaction,
        fixed(kind="note", text=TEXT),
        fixed(kind="note", text=TEXT),
        post("interactions", kind="note", text=TEXT),
    ),
    "interaction.send": Row(
        mailing.send,
        fixed(text=TEXT),
        fixed(kind="send", text=TEXT),
        post("interactions", kind="reply", text=TEXT, send=True),
    ),
    "interaction.unsend": Row(mailing.unsend, nothing, row_of("mail"), post("interactions/{mail}/unsend"), on="mail"),
    "interaction.resend": Row(mailing.resend, nothing, row_of("lost"), post("interactions/{lost}/resend"), on="lost"),
    "interaction.decide": Row(
        held.decide,
        fixed(approve=True, reason="It is what the law says"),
        row_of("held", decision="approve", reason="It is what the law says"),
        post("interactions/{held}/decide", approve=True, reason="It is what the law says"),
        on="held",
    ),
    "pattern.confirm": said_of(patterns.confirm, "confirm"),
    "pattern.dismiss": said_of(patterns.dismiss, "dismiss"),
    "pattern.pick": said_of(patterns.pick, "pick"),
    "attachment.add": Row(
        conversation.add_attachment,
        fixed(upload=conversation.Upload("a.png", PNG)),
        None,
        lambda _d, _p: Call("post", "attachments", {"file": SimpleUploadedFile("a.png", PNG, "image/png")}, form=True),
        why_not={"page": "files come with a message: see interaction.add"},
    ),
    "customer_link.rotate": Row(customer_links.rotate, nothing, nothing, None, why_not={"api": LINK_AT_RECEIPT}),
    "customer_link.send": Row(sent_links.send, nothing, nothing, None, why_not={"api": LINK_AT_RECEIPT}),
    "letter.begin": a_letter(letters.begin, "ticket", template="acknowledgement"),
    "letter.write": a_letter(letters.write, parts={"remedy-open": "What would help?"}, version=1),
    "letter.submit": a_letter(letters.submit, version=1, confirmed=(":M02:0", ":M03:0")),
    "letter.decide": a_letter(letters.decide, "letter_submitted", approve=False, reason="Not like this"),
    "letter.send": a_letter(letters.send, "letter_approved"),
    "letter.print": a_letter(letters.print_out, "letter_approved"),
    "letter.drop": a_letter(letters.drop),
    "follow_up.plan": Row(
        follow_ups.plan,
        fixed(kind="promise", text=TEXT, due_at=SOON),
        fixed(kind="promise", text=TEXT, due_at=LOCAL, due_kind="by"),
        post("follow-ups", kind="promise", text=TEXT, due_at=WHEN),
    ),
    "follow_up.done": Row(
        follow_ups.done,
        nothing,
        row_of("follow_up", outcome="kept"),
        post("follow-ups/{follow_up}/done"),
        on="follow_up",
    ),
    "follow_up.move": Row(
        follow_ups.move,
        fixed(due_at=SOON),
        row_of("follow_up", due_at=LOCAL),
        post("follow-ups/{follow_up}/move", due_at=WHEN),
        on="follow_up",
    ),
    "follow_up.undo": Row(
        follow_ups.undo, nothing, row_of("follow_up"), None, on="follow_up", why_not={"api": ONES_OWN_SLIP}
    ),
    "escalation.open": Row(
        escalations.open_escalation,
        fixed(reason=TEXT),
        fixed(reason=TEXT, trigger="by_hand"),
        post("escalations", reason=TEXT),
    ),
    "escalation.acknowledge": Row(
        escalations.acknowledge,
        nothing,
        row_of("escalation"),
        post("escalations/{escalation}/acknowledge"),
        on="escalation",
    ),
    "escalation.return": guided(escalations.give_back, "return"),
    "escalation.take_over": guided(escalations.take_over, "take-over"),
    "escalation.answer": guided(escalations.answer, "answer"),
    "escalation.read": Row(
        escalations.read, nothing, row_of("escalation"), None, on="escalation", why_not={"api": ONES_OWN_DAY}
    ),
    "portal.message": theirs(portal.message, words=TEXT),
    "portal.answer": theirs(portal.answer, answer="confirmed"),
    "portal.verdict": theirs(portal.verdict, verdict="not_fixed", words=TEXT),
    "portal.rate": theirs(portal.rate, satisfaction=4),
}

COMMANDS = {
    "create_admin": "agent.create",
    "create_api_token": "token.create",
    "load_builtin": "no verb: adds what is missing of the built-in lists",
    "load_playbooks": "no verb: brings the playbooks, rules and letter templates of a release, and leaves edited ones",
    "demo": "the same actions, as the people of the demo desk",
    "import_tickets": "ticket.receive, as the desk itself",
    "backup": "no verb: everything into one file",
    "restore": "no verb: everything out of one file, into an empty installation",
    "orphaned_files": "no verb: files no row knows, shown, and thrown away when asked",
    "progress": "no verb: says whether the desk gets on",
}
"""Our management commands and the verb each does. None does one of ``ROWS`` to a ticket of somebody's choosing."""
