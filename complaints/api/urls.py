"""Every address of the API. A ticket's number is taken with or without its dashes."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path, register_converter
from django.urls.converters import StringConverter

from complaints.api import (
    clocks,
    conversation,
    customers,
    findings,
    owed,
    promises,
    schema,
    steps,
    tickets,
    verbs,
    vocabulary,
)
from complaints.domain.workflow import STEPS


class StepConverter(StringConverter):
    regex = "|".join(step.value for step in STEPS)


register_converter(StepConverter, "step")

of_a_ticket: list[URLPattern | URLResolver] = [
    path("customer", tickets.TicketCustomer.as_view()),
    path("steps", steps.Steps.as_view()),
    path("steps/<step:step>", steps.OneStep.as_view()),
    path("steps/<step:step>/complete", steps.CompleteStep.as_view()),
    path("steps/<step:step>/skip", steps.SkipStep.as_view()),
    path("steps/<step:step>/back", steps.LeaveStepBackwards.as_view()),
    path("blockers", steps.Blockers.as_view()),
    path("assign", verbs.Assign.as_view()),
    path("take", verbs.Take.as_view()),
    path("move", verbs.MoveToTeam.as_view()),
    path("clocks", clocks.Clocks.as_view()),
    path("convert", verbs.Convert.as_view()),
    path("wait", verbs.StartWaiting.as_view()),
    path("resume", verbs.Resume.as_view()),
    path("close", verbs.Close.as_view()),
    path("settle", verbs.Settle.as_view()),
    path("withdraw", verbs.Withdraw.as_view()),
    path("out-of-scope", verbs.OutOfScope.as_view()),
    path("reopen", verbs.Reopen.as_view()),
    path("seal", verbs.Seal.as_view()),
    path("interactions", conversation.Interactions.as_view()),
    path("interactions/<int:pk>/unsend", conversation.Unsend.as_view()),
    path("interactions/<int:pk>/resend", conversation.Resend.as_view()),
    path("interactions/<int:pk>/decide", conversation.Decide.as_view()),
    path("interactions/<int:pk>/patterns/confirm", conversation.ConfirmPattern.as_view()),
    path("interactions/<int:pk>/patterns/dismiss", conversation.DismissPattern.as_view()),
    path("interactions/<int:pk>/patterns/pick", conversation.PickPattern.as_view()),
    path("outcome", conversation.OutcomeTold.as_view()),
    path("attachments", conversation.Attachments.as_view()),
    path("attachments/<int:pk>/content", conversation.AttachmentContent.as_view()),
    path("issues", findings.Issues.as_view()),
    path("issues/<int:issue>/finding", findings.IssueFinding.as_view()),
    path("redress", findings.Redresses.as_view()),
    path("redress/<int:pk>/withdraw", findings.WithdrawRedress.as_view()),
    path("redress/<int:pk>/done", findings.RedressDone.as_view()),
    path("redress/<int:pk>/approve", findings.Approve.as_view()),
    path("redress/<int:pk>/refuse", findings.Refuse.as_view()),
    path("redress/<int:pk>/waive", findings.Waive.as_view()),
    path("links", findings.Links.as_view()),
    path("links/<int:pk>", findings.OneLink.as_view()),
    path("follow-ups", promises.FollowUps.as_view()),
    path("follow-ups/<int:pk>/done", promises.FollowUpDone.as_view()),
    path("follow-ups/<int:pk>/move", promises.FollowUpMoved.as_view()),
    path("escalations", promises.Escalations.as_view()),
    path("escalations/<int:pk>/acknowledge", promises.Acknowledge.as_view()),
    path("escalations/<int:pk>/return", promises.GiveBack.as_view()),
    path("escalations/<int:pk>/answer", promises.AnswerIt.as_view()),
    path("escalations/<int:pk>/take-over", promises.TakeOver.as_view()),
    path("events", promises.Events.as_view()),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", schema.schema, name="api-schema"),
    path("docs/", schema.docs, name="api-docs"),
    path("v1/tickets", tickets.Tickets.as_view(), name="api-tickets"),
    path("v1/tickets/<str:number>", tickets.OneTicket.as_view()),
    path("v1/tickets/<str:number>/", include(of_a_ticket)),
    path("v1/customers", customers.Customers.as_view()),
    path("v1/customers/<int:pk>", customers.OneCustomer.as_view()),
    path("v1/customers/<int:pk>/contacts", customers.Contacts.as_view()),
    path("v1/customers/<int:pk>/contacts/<int:contact>", customers.OneContact.as_view()),
    path("v1/follow-ups", owed.AllFollowUps.as_view()),
    path("v1/vocabulary", vocabulary.Vocabulary.as_view()),
    re_path(r"^[\s\S]*$", vocabulary.NoSuchAddress.as_view()),
]
