"""Webhooks that go out: signed, thin, at least once under one id, tried for three days, and never to where they must not go."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

from activities import deliveries as sending_out
from api.answers.subscriptions import EventMessage, PingMessage
from domain.outgoing.answers import Outcome
from domain.webhook_signature import verify
from messaging.gateway import deliveries_queue
from tests import waiting
from tests.acting import ADMIN
from tests.receiving import FRONT_END, PUBLIC_URL, Delivering, Receiver
from tests.waiting import until
from workflows.contracts import DELIVERY_WORKFLOW, DeliveryInput

pytestmark = pytest.mark.workflow
Json = dict[str, Any]


async def arrived(hooks: Receiver, name: str, count: int = 1) -> list[Json]:
    """What came to an address, once there is so much of it."""

    async def look() -> list[Json]:
        found = await hooks.got(name)
        return found if len(found) >= count else []

    return await until(look, what=f"{count} messages came to {name}")


async def test_a_subscriber_gets_every_event_it_wants_once_and_signed(post_office: Delivering, hooks: Receiver) -> None:
    subscription = await post_office.subscribe(hooks.at("all"))
    (recall,) = await post_office.stage.people.asked(1)
    await post_office.stage.decided(recall)
    await post_office.told()
    await post_office.stage.people.ended(recall)
    await post_office.told()

    messages = await arrived(hooks, "all", 3)

    bodies = [EventMessage.model_validate_json(one["body"]) for one in messages]
    assert {body.type for body in bodies} == {"recall.requested", "recall.decision_needed", "recall.recalled"}
    assert len({one["headers"]["webhook-id"] for one in messages}) == 3
    for one in messages:
        headers = list(one["headers"].items())
        now = int(one["headers"]["webhook-timestamp"])
        assert verify(headers, body=one["body"].encode(), secrets=[subscription["secret"]], now=now)
        assert not verify(headers, body=one["body"].encode(), secrets=["whsec_b3RoZXI="], now=now)
    recalled = next(body for body in bodies if body.type == "recall.recalled")
    assert recalled.data.recall.status == "recalled"
    assert recalled.data.text.endswith("Alfa: Recalled.")
    assert recalled.data.links.api == f"{PUBLIC_URL}/v1/recalls/{recall['id']}"
    assert recalled.data.links.front_end == f"{FRONT_END}/recalls/{recall['id']}"
    found = await post_office.deliveries(recall=recall["id"])
    ended = [await post_office.ended(one["id"]) for one in found]
    assert [one["status"] for one in ended] == ["delivered"] * 3
    assert [one["attempt_count"] for one in ended] == [1] * 3


async def of(post_office: Delivering, subscription: Json) -> Json:
    """The one delivery of a subscription."""
    (found,) = await post_office.deliveries_of(subscription)
    return found


async def one_event(post_office: Delivering, url: str, **more: Any) -> tuple[Json, Json]:
    """A subscription to what is asked for, and its delivery of one request, started."""
    subscription = await post_office.subscribe(url, events=["recall.requested"], **more)
    await post_office.stage.people.asked(1)
    await post_office.told()
    return subscription, await of(post_office, subscription)


async def test_what_fails_is_sent_again_as_its_receiver_asks_under_the_same_id(
    post_office: Delivering, hooks: Receiver
) -> None:
    _, delivery = await one_event(post_office, hooks.at("again", "500,429:7200,503:60,400,204"))
    waits = []

    for number in range(1, 5):
        await post_office.tried(delivery["id"], number)
        waits.append(await post_office.next_wait(delivery))
        await post_office.fast_forward(delivery, waits[-1])
    ended = await post_office.ended(delivery["id"])

    assert waits == [timedelta(seconds=seconds) for seconds in (5, 7200, 60, 135)]
    assert [one["status_code"] for one in ended["attempts"]] == [500, 429, 503, 400, 204]
    assert [one["outcome"] for one in ended["attempts"]] == ["try_again"] * 4 + ["delivered"]
    messages = await hooks.got("again")
    assert len(messages) == 5
    assert {one["headers"]["webhook-id"] for one in messages} == {ended["message_id"]}
    assert {one["body"] for one in messages} == {ended["body"]}


async def test_receivers_that_do_not_answer_are_given_ten_seconds_and_no_more_room(
    post_office: Delivering, hooks: Receiver
) -> None:
    odd = ("hang", "slow", "close", "garbage", "chatter", "flood", "redirect")
    events = ["recall.requested"]
    subscriptions = {name: await post_office.subscribe(hooks.at(name, f"{name},204"), events=events) for name in odd}
    subscriptions["nobody"] = await post_office.subscribe("http://127.0.0.1:1/", events=events)
    await post_office.stage.people.asked(1)
    await post_office.told()

    tried = {}
    for name, subscription in subscriptions.items():
        tried[name] = (await post_office.tried((await of(post_office, subscription))["id"], 1))["attempts"][0]

    assert {name: one["problem"] or one["status_code"] for name, one in tried.items()} == {
        "hang": "timeout",
        "slow": "timeout",
        "close": "closed",
        "garbage": "not_http",
        "chatter": "not_http",
        "flood": "not_http",
        "redirect": 302,
        "nobody": "no_connection",
    }
    assert await hooks.got("elsewhere") == []
    assert {one["outcome"] for one in tried.values()} == {"try_again"}
    assert 9_500 <= tried["hang"]["milliseconds"] <= 20_000


async def test_after_three_days_it_is_given_up(post_office: Delivering, hooks: Receiver) -> None:
    _, delivery = await one_event(post_office, hooks.at("never", "500"))
    await post_office.tried(delivery["id"], 1)

    await post_office.fast_forward(delivery, timedelta(days=2))
    assert (await post_office.delivery(delivery["id"]))["status"] == "waiting"
    await post_office.fast_forward(delivery, timedelta(days=1.1))
    ended = await post_office.ended(delivery["id"])

    assert (ended["status"], ended["problem"]) == ("failed", "gave_up")
    assert 15 <= ended["attempt_count"] == len(await hooks.got("never")) <= 30
    described = await (await post_office.workflow(delivery)).describe()
    assert described.status is WorkflowExecutionStatus.COMPLETED


async def test_a_receiver_that_is_gone_is_switched_off_until_somebody_switches_it_on(
    post_office: Delivering, hooks: Receiver
) -> None:
    people = post_office.stage.people
    subscription = await post_office.subscribe(hooks.at("gone", "500,410,204"), events=["recall.requested"])
    path = f"/subscriptions/{subscription['id']}"
    await people.asked(2)
    await post_office.told()
    first, second = await post_office.deliveries_of(subscription)
    await post_office.tried(first["id"], 1)
    await post_office.tried(second["id"], 1)
    is_first = (await post_office.delivery(first["id"]))["status"] == "failed"
    refused, waiting = (first, second) if is_first else (second, first)

    await post_office.fast_forward(waiting, timedelta(seconds=6))
    canceled = await post_office.ended(waiting["id"])
    shown = await people.done("GET", path, by=ADMIN)
    await people.asked(1)
    await post_office.told()
    meanwhile = await post_office.deliveries_of(subscription)
    await people.done("POST", f"{path}/enable", by=ADMIN, body={})
    await people.asked(1)
    await post_office.told()
    again = await post_office.deliveries_of(subscription)

    assert (await post_office.delivery(refused["id"]))["problem"] == "gone"
    assert (canceled["status"], canceled["problem"]) == ("canceled", "subscription_off")
    assert (shown["enabled"], shown["disabled_reason"]) == (False, "gone")
    assert len(meanwhile) == 2
    assert len(again) == 3
    assert (await post_office.ended(again[-1]["id"]))["status"] == "delivered"


@pytest.mark.long
@pytest.mark.parametrize(
    ("guard", "unguarded", "it"),
    [
        ("wait_of", lambda *_, **__: None, test_what_fails_is_sent_again_as_its_receiver_asks_under_the_same_id),
        (
            "judge",
            lambda status: Outcome.DELIVERED if status < 300 else Outcome.TRY_AGAIN,
            test_a_receiver_that_is_gone_is_switched_off_until_somebody_switches_it_on,
        ),
    ],
    ids=["429", "410"],
)
async def test_a_sender_that_does_not_listen_to_its_receiver_turns_it_red(
    *,
    guard: str,
    unguarded: Callable[..., object],
    it: Callable[[Delivering, Receiver], Awaitable[None]],
    post_office: Delivering,
    hooks: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The twins of both: when to come again, and when never, is what the receiver says."""
    monkeypatch.setattr(sending_out, guard, unguarded)
    monkeypatch.setattr(waiting, "PATIENCE", 0.3)

    with pytest.raises(AssertionError):
        await it(post_office, hooks)


@pytest.mark.parametrize("act", ["disable", "delete"])
async def test_what_is_under_way_to_nobody_any_more_is_canceled(
    post_office: Delivering, hooks: Receiver, act: str
) -> None:
    people = post_office.stage.people
    subscription, delivery = await one_event(post_office, hooks.at("off", "500,204"))
    await post_office.tried(delivery["id"], 1)
    path = f"/subscriptions/{subscription['id']}"
    if act == "delete":
        await people.done("DELETE", path, by=ADMIN)
    else:
        await people.done("POST", f"{path}/disable", by=ADMIN, body={})

    await post_office.fast_forward(delivery, timedelta(seconds=6))
    ended = await post_office.ended(delivery["id"])

    assert (ended["status"], ended["problem"]) == ("canceled", "subscription_off")
    assert len(await hooks.got("off")) == 1
    replay = await people.call("POST", f"/deliveries/{delivery['id']}/replay", by=ADMIN, body={})
    assert replay.json()["code"] == "subscription_disabled"


async def test_a_ping_is_one_attempt_whatever_comes_of_it(post_office: Delivering, hooks: Receiver) -> None:
    people = post_office.stage.people
    good = await post_office.subscribe(hooks.at("good"))
    bad = await post_office.subscribe(hooks.at("bad", "500"))
    await people.done("POST", f"/subscriptions/{good['id']}/disable", by=ADMIN, body={})

    pings = [await people.done("POST", f"/subscriptions/{one['id']}/ping", by=ADMIN, body={}) for one in (good, bad)]
    await post_office.told()
    taken, refused = [await post_office.ended(one["id"]) for one in pings]

    assert (taken["status"], refused["status"], refused["problem"]) == ("delivered", "failed", "gave_up")
    assert len(refused["attempts"]) == 1
    (message,) = await hooks.got("good")
    assert PingMessage.model_validate_json(message["body"]).data.subscription == good["id"]
    assert message["headers"]["webhook-id"] == taken["message_id"]
    headers = list(message["headers"].items())
    now = int(message["headers"]["webhook-timestamp"])
    assert verify(headers, body=message["body"].encode(), secrets=[good["secret"]], now=now)


async def test_the_same_message_is_sent_again_when_somebody_asks(post_office: Delivering, hooks: Receiver) -> None:
    people = post_office.stage.people
    _, delivery = await one_event(post_office, hooks.at("replayed", "204,500,204"))
    await post_office.ended(delivery["id"])
    path = f"/deliveries/{delivery['id']}/replay"

    again = await people.done("POST", path, by=ADMIN, body={})
    await post_office.told()
    await post_office.tried(again["id"], 1)
    early = await people.call("POST", f"/deliveries/{again['id']}/replay", by=ADMIN, body={})
    await post_office.fast_forward(again, timedelta(seconds=6))
    ended = await post_office.ended(again["id"])

    assert (again["round"], again["message_id"]) == (1, delivery["message_id"])
    assert early.json()["code"] == "delivery_under_way"
    assert ended["status"] == "delivered"
    messages = await hooks.got("replayed")
    assert len(messages) == 3
    assert len({(one["headers"]["webhook-id"], one["body"]) for one in messages}) == 1


async def test_while_a_secret_is_rotated_messages_are_signed_with_both(
    post_office: Delivering, hooks: Receiver
) -> None:
    people = post_office.stage.people
    subscription = await post_office.subscribe(hooks.at("rotated"), events=["recall.requested"])
    rotated = await people.done("POST", f"/subscriptions/{subscription['id']}/rotate", by=ADMIN, body={})
    secrets = [subscription["secret"], rotated["secret"]]
    await people.asked(1)
    await post_office.told()
    await arrived(hooks, "rotated")
    await people.done("POST", f"/subscriptions/{subscription['id']}/retire", by=ADMIN, body={})
    await people.asked(1)
    await post_office.told()

    both, newest = await arrived(hooks, "rotated", 2)

    def good(message: Json, secret: str) -> bool:
        headers, now = list(message["headers"].items()), int(message["headers"]["webhook-timestamp"])
        return verify(headers, body=message["body"].encode(), secrets=[secret], now=now) is not None

    assert [good(both, secret) for secret in secrets] == [True, True]
    assert [good(newest, secret) for secret in secrets] == [False, True]


async def test_texts_are_in_the_language_of_the_subscription(post_office: Delivering, hooks: Receiver) -> None:
    await one_event(post_office, hooks.at("norsk"), language="nb")

    (message,) = await arrived(hooks, "norsk")

    assert json.loads(message["body"])["data"]["text"].endswith("Alfa: Det er bedt om en tilbakekalling.")


async def test_what_is_in_the_way_is_told_once_for_all_lines_and_by_codes(
    post_office: Delivering, hooks: Receiver
) -> None:
    people = post_office.stage.people
    await post_office.subscribe(hooks.at("blocked"), events=["recall.blocked"])
    entries = await people.approved_entries(3)
    recall = await people.ask(*entries)
    await people.done("POST", "/invoices", by=people.finance, body={"project": people.project, "entries": entries[:2]})
    await post_office.stage.decided(recall)
    await post_office.told()

    async def blocked() -> bool:
        return bool((await people.recall(recall))["progress"]["blocked"])

    await until(blocked, what="two lines are blocked")
    await post_office.told()
    (message,) = await arrived(hooks, "blocked")

    facts = json.loads(message["body"])["data"]["facts"]
    assert facts == {"lines": "2", "codes": ["on_draft_invoice"]}


async def test_an_operator_may_end_a_delivery(post_office: Delivering, hooks: Receiver) -> None:
    _, delivery = await one_event(post_office, hooks.at("cancelled", "500"))
    await post_office.tried(delivery["id"], 1)

    await (await post_office.workflow(delivery)).cancel()
    ended = await post_office.ended(delivery["id"])

    assert (ended["status"], ended["problem"]) == ("canceled", "operator")


async def test_the_log_of_deliveries_holds_no_secret_and_is_read_page_by_page(
    post_office: Delivering, hooks: Receiver
) -> None:
    people = post_office.stage.people
    subscription = await post_office.subscribe(hooks.at("log", "204,204,500"), events=["recall.requested"])
    await people.asked(3)
    await post_office.told()
    found = await post_office.deliveries_of(subscription)
    for one in found:
        await post_office.tried(one["id"], 1)

    path = f"/subscriptions/{subscription['id']}/deliveries"
    first = await people.done("GET", f"{path}?limit=2", by=ADMIN)
    rest = await people.done("GET", f"{path}?limit=2&cursor={first['next']}", by=ADMIN)
    delivered = await people.done("GET", f"{path}?status=delivered", by=ADMIN)
    whole = await people.call("GET", f"/deliveries/{found[0]['id']}", by=ADMIN)

    assert [one["id"] for one in [*first["items"], *rest["items"]]] == [one["id"] for one in reversed(found)]
    assert rest["next"] is None
    assert len(delivered["items"]) == 2
    assert subscription["secret"][6:] not in whole.text
    assert "sealed" not in whole.text


async def test_temporal_holds_ids_only(post_office: Delivering, hooks: Receiver) -> None:
    _, delivery = await one_event(post_office, hooks.at("token-in-the-path", "500,204"))
    await post_office.tried(delivery["id"], 1)
    await post_office.fast_forward(delivery, timedelta(seconds=6))
    await post_office.ended(delivery["id"])

    handle = await post_office.workflow(delivery)
    history = (await handle.fetch_history()).to_json()
    described = str((await handle.describe()).raw_description)

    for word in ("token-in-the-path", "127.0.0.1", "wrong project", "whsec"):
        assert word not in history
        assert word not in described


async def test_nobody_starts_a_delivery_of_nothing(post_office: Delivering) -> None:
    for number, id in enumerate(("x", "00000000-0000-4000-8000-000000000000")):
        queue = deliveries_queue(post_office.stage.task_queue)
        given = DeliveryInput(id, "nothing", "nobody", 60.0)
        handle = await post_office.stage.client.start_workflow(
            DELIVERY_WORKFLOW, given, id=f"delivery-nothing-{number}-{post_office.stage.task_queue}", task_queue=queue
        )

        assert await handle.result() == "failed"
