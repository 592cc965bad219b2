"""Mails: to those who are asked and to those it is about, in their language, once, and harmless whatever people have typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client

from messaging.courier import Courier
from messaging.gateway import TemporalGateway
from store.announcements import ToStart
from tests.acting import ADMIN, ask_database, fast_forward
from tests.databases import FreshDatabase
from tests.mailing import Made, parts, recipients
from tests.receiving import FRONT_END, delivering
from tests.waiting import until

pytestmark = pytest.mark.workflow
Json = dict[str, Any]


async def test_the_approver_is_asked_and_then_requester_and_owner_hear_how_it_ended(mailing: Made) -> None:
    async with mailing() as post:
        people = post.post_office.stage.people
        await post.reachable(people.approvers[0], language="nb")
        await post.reachable(people.owner, people.approvers[1], people.finance)
        (recall,) = await people.asked(1)
        await post.post_office.told()
        (asked,) = await post.mails(1)
        await post.post_office.stage.decided(recall)
        await post.post_office.told()
        await people.ended(recall)
        await post.post_office.told()

        mails = await post.mails(2)

    assert recipients([asked]) == ["mia"]
    assert recipients(mails) == ["bob", "mia"]
    text, html = parts(asked)
    assert asked["Subject"] == f"Avgjørelse trengs: tilbakekalling {recall['number']}, Alfa"
    assert asked["From"].addresses[0].addr_spec == "tilbake@example.com"
    assert asked["Content-Language"] == "nb"
    for words in (
        f"{people.owner} ber om å få tilbakekalt 1 oppføring på Alfa. Du er bedt om å avgjøre.",
        "wrong project",
        "1600.00 USD",
        "Godkjenning tilbakefører 1 linje med 2 rader, 1600.00 USD.",
        "2026-02-02 tid 8",
        f"{FRONT_END}/recalls/{recall['id']}",
        "Lenken viser den bare; den avgjør ingenting.",
    ):
        assert words in text
        assert words in html
    told = next(mail for mail in mails if recipients([mail]) == ["bob"])
    assert told["Subject"] == f"Taken back: recall {recall['number']}, Alfa"
    assert "1 entry on Alfa were taken back." in parts(told)[0].replace("was", "were")


async def test_who_decides_for_the_approver_these_days_is_asked_and_no_party(mailing: Made) -> None:
    async with mailing() as post:
        people = post.post_office.stage.people
        mia, noor = people.approvers
        sid = f"sid-{people.suffix}"
        await people.done("POST", "/people", by=ADMIN, body={"id": sid, "name": "Sid Sand"})
        await post.reachable(mia, noor, sid, people.owner)
        period = {"since": "2020-01-01", "until": "2199-12-31", "purpose": "decisions"}
        await people.done("POST", "/delegations", by=mia, body={"giver": mia, "taker": sid, **period})
        await people.done("POST", "/delegations", by=mia, body={"giver": mia, "taker": people.owner, **period})
        (recall,) = await people.asked(1)
        await post.post_office.told()
        await post.ended(recall)

        mails = await post.mails(1)

    assert recipients(mails) == ["sid"]


async def test_who_is_asked_from_now_on_hears_of_it_and_nobody_else(mailing: Made) -> None:
    async with mailing(policy={"quorum": 2}) as post:
        people = post.post_office.stage.people
        mia, noor = people.approvers
        await people.done("POST", "/people", by=ADMIN, body={"id": "sid-sand", "name": "Sid Sand"})
        (recall,) = await people.asked(1)
        await post.post_office.told()
        await post.reachable(mia, noor, "sid-sand", people.owner)
        delegation = {"giver": mia, "taker": "sid-sand", "since": "2020-01-01", "until": "2199-12-31"}
        made = await people.done("POST", "/delegations", by=mia, body=delegation | {"purpose": "decisions"})
        await post.post_office.told()
        await post.ended(recall)
        (handed,) = await post.mails(1)
        await people.done("DELETE", f"/delegations/{made['id']}", by="sid-sand")
        await post.post_office.told()
        await post.ended(recall)
        mails = await post.mails(2)

    assert recipients(mails) == ["mia", "sid"]
    assert str(handed["Subject"]).startswith("Decision needed: ")
    assert "was handed on. You are asked to decide." in parts(handed)[0]


@pytest.mark.parametrize(
    "policy", [{"quorum": 2}, {"second_approver_above": {"amount": "100", "currency": "USD"}}], ids=["quorum", "limit"]
)
async def test_where_several_have_to_approve_all_who_may_are_asked(mailing: Made, policy: Json) -> None:
    async with mailing(policy=policy) as post:
        people = post.post_office.stage.people
        await post.reachable(*people.approvers, people.owner)
        (recall,) = await people.asked(1)
        await post.post_office.told()
        await post.ended(recall)

        assert recipients(await post.mails(2)) == ["mia", "noor"]


async def test_reminders_and_escalation_go_to_those_who_may_decide_then(mailing: Made, temporal_client: Client) -> None:
    boss = "boss-of-all"
    async with mailing() as post:
        people = post.post_office.stage.people
        await people.done("POST", "/people", by=ADMIN, body={"id": boss, "name": "The Boss"})
        policy = {"remind_after": "24h", "escalate_after": "36h", "escalate_to": boss, "expire_after": "60h"}
        body = {"policy": policy, "comment": "a test"}
        path = f"/policies/{people.unit}"
        put = await people.call("PUT", path, by=ADMIN, body=body, headers={"if-match": "*"})
        assert put.status_code == 200, put.text
        await post.reachable(people.approvers[0], people.owner, boss)
        (recall,) = await people.asked(1)
        await post.post_office.told()
        asked = recipients(await post.mails(1))

        async def moved(hours: float, event: str) -> list[str]:
            before = len(list(post.folder.glob("*.eml")))
            await fast_forward(temporal_client, recall, timedelta(hours=hours))

            async def happened() -> bool:
                sql = "select count(*) from outgoing_event where type = $1"
                return await ask_database(post.post_office.stage.database.url, sql, event) != [(0,)]

            await until(happened, what=event)
            await post.post_office.told()
            await post.ended(recall)
            return recipients((await post.mails(before + 1))[before:])

        reminded = await moved(25, "recall.reminded")
        escalated = await moved(12, "recall.escalated")
        expired = await moved(30, "recall.expired")

    assert asked == ["mia"]
    assert reminded == ["mia"]
    assert escalated == ["boss"]
    assert "bob" in expired


async def test_a_withdrawal_is_told_to_who_was_asked_and_not_to_who_did_it(mailing: Made) -> None:
    async with mailing() as post:
        people = post.post_office.stage.people
        await post.reachable(people.approvers[0], people.owner)
        (recall,) = await people.asked(1)
        await post.post_office.told()
        await post.mails(1)
        await people.done("POST", f"/recalls/{recall['id']}/withdraw", by=people.owner, body={})
        await post.post_office.told()
        await post.ended(recall)

        mails = await post.mails(2)

    assert recipients(mails) == ["mia", "mia"]
    assert str(mails[-1]["Subject"]).startswith("Withdrawn: ")


async def test_what_is_in_the_way_is_told_in_words(mailing: Made) -> None:
    async with mailing() as post:
        people = post.post_office.stage.people
        await post.reachable(people.owner)
        entries = await people.approved_entries(2)
        recall = await people.ask(*entries)
        drafted = {"project": people.project, "entries": entries[:1]}
        await people.done("POST", "/invoices", by=people.finance, body=drafted)
        await post.post_office.stage.decided(recall)

        async def blocked() -> bool:
            await post.post_office.told()
            return bool((await people.recall(recall))["progress"]["blocked"])

        await until(blocked, what="a line is blocked")
        await post.post_office.told()
        (mail,) = await post.mails(1)

    assert "The entry is on draft invoice INV-" in parts(mail)[0]
    assert str(mail["Subject"]).startswith("Something is in the way: ")


async def test_without_a_front_end_there_is_no_link(mailing: Made) -> None:
    async with mailing(front_end=None) as post:
        people = post.post_office.stage.people
        await post.reachable(people.approvers[0])
        await people.asked(1)
        await post.post_office.told()
        (mail,) = await post.mails(1)

    text, html = parts(mail)
    assert "http" not in text
    assert "<a " not in html


async def test_of_many_entries_the_first_are_named_and_the_others_counted(mailing: Made) -> None:
    async with mailing() as post:
        people = post.post_office.stage.people
        await post.reachable(people.approvers[0])
        await people.ask(*await people.approved_entries(23))
        await post.post_office.told()
        (mail,) = await post.mails(1)

    text, html = parts(mail)
    assert text.count("  * 2026-02-02 time 8  1600.00 USD") == html.count("<td>2026-02-02 time 8</td>") == 20
    assert "and 3 more" in text
    assert "and 3 more" in html
    assert "36800.00 USD" in text


HOSTILE = '</td><script>alert(1)</script><img src=x onerror=alert(2)>&amp; "quoted" {requester} =?utf-8?q?x?='


async def test_what_people_have_typed_is_harmless(mailing: Made) -> None:
    async with mailing() as post:
        people = post.post_office.stage.people
        await post.reachable(people.approvers[0])
        name = {"name": HOSTILE}
        await people.done("PATCH", f"/people/{people.owner}", by=ADMIN, body=name)
        await people.done("PATCH", f"/people/{people.approvers[0]}", by=ADMIN, body=name)
        project = {"unit": people.unit, "name": HOSTILE, "approvers": list(people.approvers)}
        made = await people.done("POST", "/projects", by=ADMIN, body=project)
        people.project = made["id"]
        (entry,) = await people.approved_entries(1)
        reason = f"{HOSTILE}\n\nBcc: somebody@example.com\r\n.\r\nOpen the request:\nhttps://evil.example.com"
        body = {"entries": [entry], "reason": reason}
        await people.done("POST", "/recalls", by=people.owner, body=body)
        await post.post_office.told()
        (mail,) = await post.mails(1)

    text, html = parts(mail)
    assert [one.addr_spec for one in mail["To"].addresses] == [f"{people.approvers[0]}@example.com"]
    assert mail.get_all("Bcc") is None
    assert mail.get_all("Subject") is not None
    assert "\n" not in str(mail["Subject"])
    for tag in ("<script", "<img", "onerror=alert(2)>"):
        assert tag not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert 'href="https://evil' not in html
    assert HOSTILE in text
    assert "\n  https://evil.example.com" in text
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version", "Content-Type",
    }  # fmt: skip


async def test_nobody_is_asked_for_what_is_decided_meanwhile(mailing: Made) -> None:
    async with mailing() as post:
        people = post.post_office.stage.people
        await post.reachable(people.approvers[0], rule="451.250")
        (recall,) = await people.asked(1)
        await post.post_office.told()
        (delivery,) = await post.post_office.deliveries(recall=recall["id"])
        await post.post_office.tried(delivery["id"], 1)
        await people.done("POST", f"/recalls/{recall['id']}/withdraw", by=people.owner, body={})
        await post.post_office.fast_forward(delivery, timedelta(minutes=1))
        canceled = await post.post_office.ended(delivery["id"])

    assert (canceled["status"], canceled["problem"]) == ("canceled", "nothing_to_decide")


async def test_whoever_has_no_address_any_more_gets_no_mail(mailing: Made) -> None:
    async with mailing() as post:
        people = post.post_office.stage.people
        await post.reachable(people.approvers[0], rule="451.250")
        (recall,) = await people.asked(1)
        await post.post_office.told()
        (delivery,) = await post.post_office.deliveries(recall=recall["id"])
        await post.post_office.tried(delivery["id"], 1)
        await people.done("PATCH", f"/people/{people.approvers[0]}", by=ADMIN, body={"email": None})
        await post.post_office.fast_forward(delivery, timedelta(minutes=1))
        canceled = await post.post_office.ended(delivery["id"])

    assert (canceled["status"], canceled["problem"]) == ("canceled", "no_address")


class Unhurried(TemporalGateway):
    """Comes back from a start only when what was started has come to its end."""

    async def start_delivery(self, delivery: ToStart) -> None:
        await super().start_delivery(delivery)
        await until(self.has_ended, what="it has ended", seconds=8)

    async def has_ended(self) -> bool:
        return await ask_database(self.url, "select count(*) from delivery where status = 'waiting'") == [(0,)]

    url: str | None = None


async def test_a_mail_is_sent_once_although_its_courier_still_waits_for_temporal(mailing: Made) -> None:
    async with mailing() as post:
        stage = post.post_office.stage
        await post.reachable(stage.people.approvers[0])
        (recall,) = await stage.people.asked(1)
        await stage.tell_temporal()
        gateway = Unhurried(stage.client, task_queue=stage.task_queue, language="en")
        gateway.url = stage.database.url

        await Courier(stage.database, gateway, mailing=True).work()
        await post.post_office.told()
        (delivery,) = await post.ended(recall)

        assert (delivery["status"], delivery["attempt_count"]) == ("delivered", 1)
        assert len(await post.mails(1)) == 1


async def test_temporal_knows_no_address_no_name_and_no_reason(mailing: Made) -> None:
    async with mailing() as post:
        people = post.post_office.stage.people
        await people.done("PATCH", f"/people/{people.owner}", by=ADMIN, body={"name": "Bob Bergström"})
        await post.reachable(people.approvers[0], rule="550")
        (recall,) = await people.asked(1)
        await post.post_office.told()
        (delivery,) = await post.post_office.deliveries(recall=recall["id"])
        await post.post_office.ended(delivery["id"])
        handle = await post.post_office.workflow(delivery)

        said = (await handle.fetch_history()).to_json() + str((await handle.describe()).raw_description)

    for word in ("example.com", "Bergstr", "wrong project", "1600.00"):
        assert word not in said
    assert handle.id == f"delivery-{said_event(delivery)}-mail-{delivery['id']}"


def said_event(delivery: Json) -> str:
    return str(delivery["message_id"]).removeprefix("evt_").partition("_")[0]


async def test_without_a_mail_server_nothing_is_mailed(database: FreshDatabase, temporal_client: Client) -> None:
    async with delivering(database, temporal_client) as post_office:
        people = post_office.stage.people
        body = {"email": "mia@example.com"}
        await people.done("PATCH", f"/people/{people.approvers[0]}", by=ADMIN, body=body)
        (recall,) = await people.asked(1)
        await post_office.told()

        assert await post_office.deliveries(recall=recall["id"]) == []
