"""Every address of the desk, what it is about, which methods it has, and who may come in: one row each.

Written from what the product promises, not read from the code: an address without a row fails the suite. ``PAGES`` are
for people in a browser, ``API`` for programs with a token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from complaints.domain import workflow as w
from office.roles import Role
from tests.access.verbs import ROWS, Call

AGENT, SUPERVISOR, ADMINISTRATOR = Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR
ANYONE, SIGNED_IN, CUSTOMER = "anyone", "signed in", "the customer"
TICKETS_READ, TICKETS_WRITE = "tickets:read", "tickets:write"
CUSTOMERS_READ, CUSTOMERS_WRITE = "customers:read", "customers:write"
PLAYBOOKS_READ = "playbooks:read"


@dataclass(frozen=True)
class Ask:
    """One method of an address. ``verb`` names a row of ``verbs.ROWS``, whose body is sent and whose rank is asked for.

    ``unseen`` is what somebody gets for an object they do not see. ``people_only``: no token may, whatever its role.
    """

    body: Mapping[str, Any] = field(default_factory=dict)
    verb: str = ""
    scope: str = TICKETS_WRITE
    unseen: str = "404"
    people_only: bool = False

    @property
    def rank(self) -> Role:
        return w.VERBS[self.verb].role if self.verb else AGENT


@dataclass(frozen=True)
class Row:
    """``about`` names the kind of object the address is about. ``door`` is who gets as far as the object at all.

    ``head`` False: HEAD is refused although GET is answered.
    """

    about: str
    door: str | Role
    asks: Mapping[str, Ask]
    args: Mapping[str, Any] = field(default_factory=dict)
    head: bool = True

    @property
    def methods(self) -> set[str]:
        return {*self.asks, *(["HEAD"] if self.head and "GET" in self.asks else [])}


def page(about: str = "", *, door: str | Role = SIGNED_IN, head: bool = True, **asks: Any) -> Row:
    """A page; ``post={…}`` gives the form."""
    args = asks.pop("args", {})
    made = {name.upper(): body if isinstance(body, Ask) else Ask(body=body or {}) for name, body in asks.items()}
    return Row(about, door, made, args, head)


def get(about: str = "", **more: Any) -> Row:
    return page(about, get=None, **more)


def set_up(about: str = "", **asks: Any) -> Row:
    return page(about, door=ADMINISTRATOR, **asks)


OFFICE: dict[str, Row] = {
    "health/live/": get(door=ANYONE),
    "health/ready/": get(door=ANYONE),
    "health/progress/": get(door=ANYONE),
    "sign-in/": page(door=ANYONE, get=None, post={"username": "nobody", "password": "wrong"}),
    "sign-out/": page(door=ANYONE, post=None),
    "join/<str:secret>/": page("secret", door=ANYONE, get=None, post={"password": "x", "again": "y"}),
    "preference/": page(door=ANYONE, post={"theme": "dark"}),
    "away/": page(get=None, post=None),
    "away/<int:pk>/": page("person", door=SUPERVISOR, get=None, post=None),
    "set-up/": set_up(get=None),
    "set-up/office/": set_up(get=None, post=None),
    "set-up/people/": set_up(get=None),
    "set-up/people/new/": set_up(get=None, post=None),
    "set-up/people/<int:pk>/": set_up("person", get=None, post=None),
    "set-up/people/<int:pk>/link/": set_up("person", post=None),
    "set-up/people/<int:pk>/leave/": set_up("person", get=None, post=None),
    "set-up/teams/": set_up(get=None),
    "set-up/teams/new/": set_up(get=None, post=None),
    "set-up/teams/<int:pk>/": set_up("team", get=None, post=None),
    "set-up/tokens/": set_up(get=None),
    "set-up/tokens/new/": set_up(get=None, post=None),
    "set-up/tokens/<int:pk>/revoke/": set_up("token", post=None),
    "set-up/categories/": set_up(get=None),
    "set-up/categories/new/": set_up(get=None, post=None),
    "set-up/categories/<int:pk>/": set_up("category", get=None, post=None),
    "set-up/reasons/": set_up(get=None),
    "set-up/reasons/new/": set_up(get=None, post=None),
    "set-up/reasons/<int:pk>/": set_up("reason", get=None, post=None),
    "set-up/calendars/": set_up(get=None),
    "set-up/calendars/new/": set_up(get=None, post=None),
    "set-up/calendars/<int:pk>/": set_up("calendar", get=None, post=None),
    "set-up/calendars/<int:pk>/retire/": set_up("calendar", post=None),
    "set-up/targets/": set_up(get=None, post=None),
}

A_PLAYBOOK, A_RULE = {"key": "base_four_steps"}, {"key": "P01"}
SHELF: dict[str, Row] = {
    "playbooks/": get(),
    "playbooks/<slug:key>/": get(args=A_PLAYBOOK),
    "playbooks/<slug:key>/compare/": get(args=A_PLAYBOOK),
    "playbooks/<slug:key>/edit/": set_up(args=A_PLAYBOOK, get=None, post=None),
    **{
        f"playbooks/<slug:key>/{act}/": set_up(args=A_PLAYBOOK, post=None)
        for act in ("retire", "revive", "restore", "care")
    },
    "set-up/wording/": set_up(get=None),
    "set-up/wording/new/": set_up(get=None, post=None),
    "set-up/wording/<slug:key>/": set_up(args=A_RULE, get=None, post=None),
    "set-up/wording/<slug:key>/compare/": set_up(args=A_RULE, get=None),
    **{
        f"set-up/wording/<slug:key>/{act}/": set_up(args=A_RULE, post=None)
        for act in ("retire", "revive", "restore", "care")
    },
}
"""What we know: everybody reads it, administrators change it."""

DESK: dict[str, Row] = {
    "": get(door=ANYONE),
    "metrics/": get(door=ANYONE),  # from this machine; tests/complaints/views/test_metrics.py knows who else
    "queue/": get(),
    "queue/bulk/": page(get=None, post={"do": "take"}),
    "my-day/": get(),
    "my-day/<int:pk>/done/": page("follow_up", post={"outcome": "kept"}),
    "my-day/<int:pk>/move/": page("follow_up", post={"quick": "hour"}),
    "my-day/<int:pk>/undo/": page("follow_up", post=None),
    "my-day/read/<int:pk>/": page("escalation", post=None),
    "when/": get(),
    "find/": get(),
    "new/": page(get=None, post=None),
    "new/customers/": get(),
    "new/heard/": page(post={"words": "It broke"}),
    "drafts/<str:key>/": page("draft", get=None, post=Ask(unseen="in"), delete=Ask(unseen="in")),
    "customers/": get(),
    "customers/new/": page(get=None, post=None),
    "customers/<int:pk>/": get("customer"),
    "customers/<int:pk>/edit/": page("customer", get=None, post=None),
    "customers/<int:pk>/contacts/": page("customer", post=None),
    "demo/mail/": get("demo"),
    "demo/mail/<str:key>/": get("demo", args={"key": "none"}),
    "demo/mail/<str:key>/html/": get("demo", args={"key": "none"}),
    "desk/": get(door=SUPERVISOR),
    "desk/new/": get(door=SUPERVISOR),
    "desk/count/": get(door=SUPERVISOR),
    "desk/escalations/<int:pk>/": page("escalation", door=SUPERVISOR, get=None, post={"outcome": "acknowledge"}),
    "desk/approvals/<int:pk>/": page("approval", door=SUPERVISOR, get=None, post={"decision": "approve"}),
    "cases/<str:number>/": get("ticket"),
    "cases/<str:number>/history/": get("ticket"),
    "cases/<str:number>/talk/": get("ticket"),
    "cases/<str:number>/print/": get("ticket"),
    "cases/<str:number>/people/": get("ticket"),
    "cases/<str:number>/letters/": page("ticket", get=None, post=None),
    "cases/<str:number>/letters/<int:pk>/": page("letter", get=None, post=None),
    "cases/<str:number>/letters/<int:pk>/preview/": page("letter", post=None),
    "cases/<str:number>/letters/<int:pk>/page/": get("letter"),
    "cases/<str:number>/letters/<int:pk>/pdf/": get("letter"),
    "cases/<str:number>/letters/<int:pk>/do/<str:verb>/": page(
        "letter", get=Ask(unseen="in"), post=None, args={"verb": "submit"}
    ),
    "training/": get(),
    "training/begin/": page(post={"kind": "beliefs"}),
    "training/results/": get(),
    "training/formulas/": get(),
    "training/rounds/<int:pk>/": page("round", get=None, post=None),
    "training/rounds/<int:pk>/<int:place>/": get("round", args={"place": 1}),
    "training/people/": get(door=SUPERVISOR),
    "training/people/<int:pk>/": get("pupil"),
    "reports/wording/": get(door=SUPERVISOR),
    "reports/wording/cases/": get(door=SUPERVISOR),
    "reports/patterns/": get(door=SUPERVISOR),
    "reports/patterns/cases/": get(door=SUPERVISOR),
    "cases/<str:number>/said/": page("ticket", post={"kind": "note", "text": "She rang"}),
    # By GET it leads to the case whatever the number, and says nothing about it.
    "cases/<str:number>/do/<str:verb>/": page(
        "ticket", get=Ask(unseen="in"), post=Ask(verb="ticket.watch"), args={"verb": "ticket.watch"}
    ),
    "files/<int:pk>/": get("file"),
}

THEIRS: dict[str, Row] = {
    "c/": page("portal", door=CUSTOMER, get=None),
    "c/message/": page("portal", door=CUSTOMER, get=None, post={"words": "Any news?"}),
    "c/answer/": page("portal", door=CUSTOMER, get=None, post={"answer": "confirmed"}),
    "c/verdict/": page("portal", door=CUSTOMER, get=None, post={"verdict": "accepted"}),
    "c/rate/": page("portal", door=CUSTOMER, get=None, post={"satisfaction": "4"}),
    "c/files/<int:pk>/": page("portal", door=CUSTOMER, get=None),
    "c/received/": page("portal", door=CUSTOMER, get=None),
    "c/new-link/": page(door=ANYONE, get=None, post={"number": "123456789", "email": "a@example.org"}),
    "c/<str:secret>/": page("customer_secret", door=ANYONE, get=None),
    "complain/": page(door=ANYONE, get=None, post={"words": "It broke"}),
}
"""The customers' own: by a link, or by nobody known."""

PAGES = {**OFFICE, **SHELF, **DESK, **THEIRS}


def reading(scope: str = TICKETS_READ) -> Ask:
    return Ask(scope=scope)


def verb(name: str, method: str = "POST", **more: Any) -> dict[str, Ask]:
    return {method: Ask(verb=name, **more)}


T = "api/v1/tickets/<str:number>"
OF_A_TICKET: dict[str, dict[str, Ask]] = {
    "": {"GET": reading(), **verb("ticket.correct", "PATCH")},
    "/customer": verb("ticket.change_customer", "PUT"),
    "/steps": {"GET": reading()},
    "/steps/<step:step>": {"GET": reading(), **verb("step.record", "PUT")},
    "/steps/<step:step>/complete": verb("step.complete"),
    "/steps/<step:step>/skip": verb("step.skip"),
    "/steps/<step:step>/back": verb("step.back"),
    "/blockers": {"GET": reading()},
    "/clocks": {"GET": reading()},
    "/assign": verb("ticket.assign"),
    "/take": verb("ticket.take"),
    "/move": verb("ticket.move"),
    "/convert": verb("ticket.convert"),
    "/wait": verb("ticket.wait"),
    "/resume": verb("ticket.resume"),
    "/close": verb("ticket.close"),
    "/settle": verb("ticket.settle"),
    "/withdraw": verb("ticket.withdraw"),
    "/out-of-scope": verb("ticket.out_of_scope"),
    "/reopen": verb("ticket.reopen"),
    "/seal": verb("ticket.seal"),
    "/interactions": {"GET": reading(), **verb("interaction.add")},
    "/interactions/<int:pk>/unsend": verb("interaction.unsend"),
    "/interactions/<int:pk>/resend": verb("interaction.resend"),
    "/interactions/<int:pk>/decide": verb("interaction.decide", people_only=True),
    "/interactions/<int:pk>/patterns/confirm": verb("pattern.confirm"),
    "/interactions/<int:pk>/patterns/dismiss": verb("pattern.dismiss"),
    "/interactions/<int:pk>/patterns/pick": verb("pattern.pick"),
    "/outcome": {"POST": Ask(body={"text": "Told her that it was paid today.", "channel": "phone"})},
    "/attachments": {"GET": reading(), **verb("attachment.add")},
    "/attachments/<int:pk>/content": {"GET": reading()},
    "/issues": {"GET": reading(), **verb("issue.add")},
    "/issues/<int:issue>/finding": verb("issue.find", "PUT"),
    "/redress": {"GET": reading(), **verb("redress.offer")},
    "/redress/<int:pk>/withdraw": verb("redress.withdraw"),
    "/redress/<int:pk>/done": verb("redress.done"),
    "/redress/<int:pk>/approve": verb("approval.decide", people_only=True),
    "/redress/<int:pk>/refuse": {"POST": Ask(body={"reason": "Not ours"}, people_only=True)},
    "/redress/<int:pk>/waive": verb("approval.waive", people_only=True),
    "/links": {"GET": reading(), **verb("ticket.link")},
    "/links/<int:pk>": verb("ticket.unlink", "DELETE"),
    "/follow-ups": {"GET": reading(), **verb("follow_up.plan")},
    "/follow-ups/<int:pk>/done": verb("follow_up.done"),
    "/follow-ups/<int:pk>/move": verb("follow_up.move"),
    "/escalations": {"GET": reading(), **verb("escalation.open")},
    "/escalations/<int:pk>/acknowledge": verb("escalation.acknowledge"),
    "/escalations/<int:pk>/return": verb("escalation.return"),
    "/escalations/<int:pk>/answer": verb("escalation.answer"),
    "/escalations/<int:pk>/take-over": verb("escalation.take_over"),
    "/events": {"GET": reading()},
}
PART_OF = {
    "interactions": "mail",
    "attachments": "attachment",
    "redress": "redress",
    "follow-ups": "follow_up",
    "escalations": "escalation",
}

C = "api/v1/customers"
API: dict[str, Row] = {
    "api/schema/": get(door=ANYONE),
    "api/docs/": get(door=ANYONE),
    "api/v1/tickets": Row("", SIGNED_IN, {"GET": reading(), "POST": Ask()}),
    C: Row("", SIGNED_IN, {"GET": reading(CUSTOMERS_READ), "POST": Ask(scope=CUSTOMERS_WRITE)}),
    f"{C}/<int:pk>": Row("customer", SIGNED_IN, {"GET": reading(CUSTOMERS_READ), "PATCH": Ask(scope=CUSTOMERS_WRITE)}),
    f"{C}/<int:pk>/contacts": Row("customer", SIGNED_IN, {"POST": Ask(scope=CUSTOMERS_WRITE)}),
    f"{C}/<int:pk>/contacts/<int:contact>": Row("customer", SIGNED_IN, {"DELETE": Ask(scope=CUSTOMERS_WRITE)}),
    "api/v1/follow-ups": Row("", SIGNED_IN, {"GET": reading()}),
    "api/v1/wording-checks": Row("", SIGNED_IN, {"POST": Ask(scope=PLAYBOOKS_READ, body={"text": "Thank you."})}),
    "api/v1/promise-checks": Row(
        "",
        SIGNED_IN,
        {
            "POST": Ask(
                scope=PLAYBOOKS_READ,
                body={"text": "Thank you.", "now": "2026-11-24T10:42:00Z", "timezone": "Europe/London"},
            )
        },
    ),
    "api/v1/pattern-suggestions": Row("", SIGNED_IN, {"POST": Ask(scope=PLAYBOOKS_READ, body={"text": "It broke."})}),
    "api/v1/vocabulary": Row("", SIGNED_IN, {"GET": reading()}),
    r"api/^[\s\S]*$": Row("nothing", SIGNED_IN, {}),
    **{f"{T}{path}": Row("ticket", SIGNED_IN, asks) for path, asks in OF_A_TICKET.items()},
}


def body_of(ask: Ask, desk: Any, parts: Any) -> Call:
    """What is sent with a request to the API about a ticket with these parts."""
    row = ROWS.get(ask.verb)
    if row is None or row.api is None:
        return Call("", "", dict(ask.body))
    return row.api(desk, parts)
