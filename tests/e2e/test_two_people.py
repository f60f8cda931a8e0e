"""Two people save one case at once: the second is told what changed, nothing is overwritten, nothing typed is lost."""

from __future__ import annotations

from playwright.sync_api import expect

from complaints.models import Ticket
from complaints.queries.guard import evidence_of, open_record

MINE = "Refund promised on 2 November, still not paid; the bank charged her 12 pounds on the 20th."
THEIRS = "Refund promised on 2 November within five days; the return was booked in on the 4th."


def test_the_second_to_save_sees_both_versions_and_loses_no_word(at_work, ticket, agent, colleague, looked_at):
    mei, jonas = at_work(agent), at_work(colleague)
    for page in (mei, jonas):
        page.goto(f"/cases/{ticket.number}/")

    jonas.fill("form[data-step-form] [name=happened]", THEIRS)
    jonas.fill("form[data-step-form] [name=order_ref]", "77-20418")
    with jonas.expect_navigation():
        jonas.locator("form[data-step-form] [data-send]").last.click()

    mei.fill("form[data-step-form] [name=happened]", MINE)
    mei.fill("form[data-step-form] [name=remedy_sought]", "The refund today.")
    with mei.expect_navigation() as told:
        mei.locator("form[data-step-form] [data-send]").last.click()
    assert told.value.status == 412
    looked_at(mei)
    expect(mei.locator("main")).to_contain_text("Jonas Tamm")
    expect(mei.locator("main")).to_contain_text(THEIRS)
    expect(mei.locator("form[data-step-form] [name=happened]")).to_have_value(MINE)
    expect(mei.locator("form[data-step-form] [name=remedy_sought]")).to_have_value("The refund today.")
    expect(mei.locator("form[data-step-form] [name=order_ref]")).to_have_value("77-20418")
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.happened, stored.remedy_sought) == (THEIRS, "")

    with mei.expect_navigation():
        mei.locator("form[data-step-form] [data-send]").last.click()
    stored.refresh_from_db()
    assert (stored.happened, stored.order_ref) == (MINE, "77-20418")
    assert evidence_of(stored, open_record(stored))["remedy_sought"] == "The refund today."
