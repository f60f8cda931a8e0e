"""The record book in sentences: what each verb did to a case, in the reader's language. Pure apart from translation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v
from complaints.domain.mail import WRITTEN as MAILS
from complaints.domain.portal import VERDICT_WORDS

SENTENCES: Mapping[str, Promise | str] = {
    "ticket.receive": _("Received (%(channel)s)"),
    "step.record": _("Evidence written down in %(step)s"),
    "step.complete": _("%(step)s completed"),
    "step.back": _("Back from %(from)s to %(to)s"),
    "step.skip": _("%(step)s skipped"),
    "issue.add": _("Issue %(issue)s added"),
    "issue.find": _("Issue %(issue)s: %(finding)s"),
    "redress.offer": _("Redress offered: %(kind)s %(amount)s"),
    "redress.withdraw": _("Offer of redress withdrawn"),
    "redress.done": _("Redress done"),
    "approval.decide": _("Redress %(state)s"),
    "approval.waive": _("Approval waived, or somebody named to decide"),
    "ticket.reopen": _("Reopened, pass %(pass)s"),
    "ticket.close": _("Closed"),
    "ticket.settle": _("Settled without the four steps"),
    "ticket.withdraw": _("Withdrawn by the customer"),
    "ticket.out_of_scope": _("Found out of scope"),
    "ticket.merge": _("Ended as a duplicate"),
    "ticket.restore": _("No longer a duplicate: open again"),
    "ticket.convert": _("Changed from %(from)s to %(to)s"),
    "ticket.correct": _("Corrected: %(fields)s"),
    "ticket.change_customer": _("The customer was changed"),
    "ticket.assign": _("Given to %(to)s"),
    "ticket.take": _("Taken by %(to)s"),
    "ticket.move": _("Moved to another team"),
    "ticket.watch": _("Watches the case"),
    "ticket.unwatch": _("No longer watches the case"),
    "ticket.seal": _("Sealed"),
    "ticket.unseal": _("Unsealed"),
    "ticket.read_sealed": _("Read the sealed case"),
    "ticket.link": _("Linked: %(kind)s"),
    "ticket.unlink": _("Link removed: %(kind)s"),
    "ticket.wait": _("The clocks wait"),
    "ticket.resume": _("The clocks run again"),
    "interaction.add": _("%(what)s added"),
    "interaction.send": _("%(mail)s to be sent by e-mail"),
    "interaction.unsend": _("Message taken back before it was sent"),
    "interaction.resend": _("Message to be sent again"),
    "interaction.decide": _("A supervisor decided about words the wording check stopped"),
    "pattern.confirm": _("Pattern confirmed"),
    "pattern.dismiss": _("Pattern dismissed"),
    "pattern.pick": _("Pattern noted"),
    "letter.begin": _("Letter begun"),
    "letter.write": _("Letter written on"),
    "letter.submit": _("Letter put before a supervisor"),
    "letter.decide": _("A supervisor decided about a letter"),
    "letter.send": _("Letter sent"),
    "letter.print": _("Letter printed"),
    "letter.drop": _("Letter dropped"),
    "interaction.sent": _("Message sent"),
    "interaction.failed": _("Message not delivered"),
    "step.put_back": _("The outcome did not reach the customer: in Resolve again"),
    "attachment.add": _("File added"),
    "follow_up.plan": _("Promise or task planned: %(kind)s"),
    "follow_up.done": _("Promise or task ended: %(outcome)s"),
    "follow_up.move": _("Promise or task moved"),
    "follow_up.undo": _("Promise or task taken up again: it was ended in error"),
    "escalation.open": _("Escalated to level %(level)s"),
    "escalation.acknowledge": _("Escalation acknowledged"),
    "escalation.return": _("Escalation returned with guidance"),
    "escalation.answer": _("Escalation answered"),
    "escalation.take_over": _("Taken over from above"),
    "escalation.read": _("Read what came back from above"),
    "customer_link.rotate": _("A new link was made for the customer’s page"),
    "customer_link.send": _("The link to the customer’s page was sent"),
    "portal.message": _("Wrote on the customer’s page"),
    "portal.answer": _("Answered what we said back: %(answer)s"),
    "portal.verdict": _("Verdict: %(verdict)s"),
    "portal.rate": _("Rated how it went: %(satisfaction)s of 5"),
    "refused": _("Refused: %(verb)s"),
}

WRITTEN: v.Words = {
    "words": _("Words of the customer"),
    "reply": _("Message sent elsewhere"),
    "call": _("Phone note"),
    "note": _("Internal note"),
    "outcome": _("Outcome told"),
}
APPROVALS: v.Words = {"approved": _("approved"), "refused": _("refused"), "lapsed": _("lapsed")}
FIELDS: v.Words = {
    "subject": _("subject"),
    "category": _("category"),
    "language": _("language"),
    "jurisdiction": _("jurisdiction"),
    "on_behalf_of": _("on behalf of"),
    "on_behalf_authority": _("with which authority"),
    "joint": _("several complain together"),
    "safety": _("safety"),
    "legal_hold": _("legal hold"),
}


def sentence(verb: str, payload: Mapping[str, Any], *, names: Mapping[int, str]) -> str:
    """One line of the record book in words. ``names`` are of the people it mentions; unknown codes stay as they are."""
    text = SENTENCES.get(verb)
    if text is None:
        return verb
    words = _Words(_in_words(verb, payload, names))
    return " ".join((str(text) % words).split())


class _Words(dict[str, str]):
    """What a line does not say is left out of its sentence."""

    def __missing__(self, key: str) -> str:
        return ""


def _in_words(verb: str, payload: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, str]:
    known = {key: str(value) for key, value in payload.items() if isinstance(value, str | int)}
    if verb in ("ticket.assign", "ticket.take"):
        to = payload.get("to")
        known["to"] = names.get(to, gettext("somebody who left")) if isinstance(to, int) else gettext("nobody")
        return known
    if verb == "refused":
        return {"verb": str(ATTEMPTS.get(str(payload.get("verb")), payload.get("verb", "")))}
    if isinstance(fields := payload.get("fields"), list):
        known["fields"] = v.listed(str(v.word(FIELDS, name)) for name in fields)
    known["what"] = str(v.word(WRITTEN, known.get("kind", "")))
    for key, words in _VOCABULARY.get(verb, _STEPS).items():
        if key in known:
            known[key] = str(v.word(words, known[key]))
    return known


_STEPS: Mapping[str, v.Words] = {"step": v.STEPS, "from": v.STEPS, "to": v.STEPS}
_VOCABULARY: Mapping[str, Mapping[str, v.Words]] = {
    "ticket.receive": {"channel": v.CHANNELS},
    "issue.find": {"finding": v.FINDINGS},
    "redress.offer": {"kind": v.REDRESS},
    "approval.decide": {"state": APPROVALS},
    "ticket.convert": {"from": v.KINDS, "to": v.KINDS},
    "ticket.link": {"kind": v.LINKS},
    "ticket.unlink": {"kind": v.LINKS},
    "follow_up.plan": {"kind": v.FOLLOW_UPS},
    "follow_up.done": {"outcome": v.OUTCOMES},
    "interaction.send": {"mail": MAILS},
    "portal.answer": {"answer": v.ANSWERS},
    "portal.verdict": {"verdict": VERDICT_WORDS},
}

ATTEMPTS: Mapping[str, Promise | str] = {
    "step.record": _("writing down evidence"),
    "step.complete": _("completing the step"),
    "step.back": _("going back"),
    "step.skip": _("skipping the step"),
    "issue.add": _("adding an issue"),
    "issue.find": _("deciding an issue"),
    "redress.offer": _("offering redress"),
    "redress.withdraw": _("withdrawing redress"),
    "redress.done": _("marking redress as done"),
    "approval.decide": _("deciding an approval"),
    "approval.waive": _("waiving an approval"),
    "ticket.reopen": _("reopening"),
    "ticket.close": _("closing"),
    "ticket.settle": _("settling"),
    "ticket.withdraw": _("withdrawing the case"),
    "ticket.out_of_scope": _("ending it as out of scope"),
    "ticket.convert": _("changing the kind"),
    "ticket.correct": _("correcting"),
    "ticket.change_customer": _("changing the customer"),
    "ticket.assign": _("assigning"),
    "ticket.take": _("taking the case"),
    "ticket.move": _("moving the case"),
    "ticket.watch": _("watching"),
    "ticket.unwatch": _("no longer watching"),
    "ticket.seal": _("sealing"),
    "ticket.unseal": _("unsealing"),
    "ticket.link": _("linking"),
    "ticket.unlink": _("removing a link"),
    "ticket.wait": pgettext_lazy("tried", "waiting"),
    "ticket.resume": _("resuming"),
    "interaction.add": _("adding to the conversation"),
    "interaction.send": _("sending a message"),
    "interaction.unsend": _("taking a message back"),
    "interaction.resend": _("sending a message again"),
    "interaction.decide": _("deciding about held words"),
    "pattern.confirm": _("confirming a pattern"),
    "pattern.dismiss": _("dismissing a pattern"),
    "pattern.pick": _("naming a pattern"),
    "letter.begin": _("beginning a letter"),
    "letter.write": _("writing a letter"),
    "letter.submit": _("submitting a letter"),
    "letter.decide": _("deciding about a letter"),
    "letter.send": _("sending a letter"),
    "letter.print": _("printing a letter"),
    "letter.drop": _("dropping a letter"),
    "attachment.add": _("adding a file"),
    "follow_up.plan": _("planning"),
    "follow_up.done": _("ending a promise or task"),
    "follow_up.move": _("moving a promise or task"),
    "follow_up.undo": _("taking up a promise or task again"),
    "escalation.open": _("escalating"),
    "escalation.acknowledge": _("acknowledging"),
    "escalation.return": _("returning an escalation"),
    "escalation.answer": _("answering an escalation"),
    "escalation.take_over": _("taking over"),
    "escalation.read": _("ticking off what came back from above"),
    "customer_link.rotate": _("making a new link"),
    "customer_link.send": _("sending the link"),
    "portal.message": _("writing on the customer’s page"),
    "portal.answer": _("answering what we said back"),
    "portal.verdict": _("giving the verdict"),
    "portal.rate": _("rating how it went"),
}
"""What was tried, for the lines that say it was refused."""
