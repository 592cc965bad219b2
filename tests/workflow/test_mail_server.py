"""Mail servers that take, refuse, delay and hang, and that have to be signed in to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.mailing import Made

pytestmark = pytest.mark.workflow


async def test_a_greylisted_mail_is_tried_again_under_the_same_id_and_a_refused_one_is_not(mailing: Made) -> None:
    async with mailing(policy={"quorum": 2}) as post:
        people = post.post_office.stage.people
        mia, noor = people.approvers
        await post.reachable(mia, rule="451.452.250")
        await post.reachable(noor, rule="550")
        (recall,) = await people.asked(1)
        await post.post_office.told()
        found = {one["person"]: one for one in await post.post_office.deliveries(recall=recall["id"])}
        for number in (1, 2):
            await post.post_office.tried(found[mia]["id"], number)
            await post.post_office.fast_forward(found[mia], timedelta(minutes=1))
        taken = await post.post_office.ended(found[mia]["id"])
        refused = await post.post_office.ended(found[noor]["id"])
        (mail,) = await post.mails(1)

    assert [one["status_code"] for one in taken["attempts"]] == [451, 452, 250]
    assert taken["status"] == "delivered"
    assert (refused["status"], refused["problem"], refused["attempt_count"]) == ("failed", "refused", 1)
    assert mail["Message-ID"] == f"<{taken['message_id']}.{taken['id']}@example.com>"


async def test_a_mail_whose_content_is_refused_is_given_up_and_one_that_hangs_is_tried_again(mailing: Made) -> None:
    async with mailing(policy={"quorum": 2}) as post:
        people = post.post_office.stage.people
        mia, noor = people.approvers
        await post.reachable(mia, rule="hang.250")
        await post.reachable(noor, rule="data554")
        (recall,) = await people.asked(1)
        await post.post_office.told()
        found = {one["person"]: one for one in await post.post_office.deliveries(recall=recall["id"])}
        refused = await post.post_office.ended(found[noor]["id"])
        hung = await post.post_office.tried(found[mia]["id"], 1, seconds=45)
        await post.post_office.fast_forward(found[mia], timedelta(minutes=1))
        taken = await post.post_office.ended(found[mia]["id"])

    assert (refused["status"], refused["attempts"][0]["status_code"]) == ("failed", 554)
    assert hung["attempts"][0]["problem"] == "timeout"
    assert taken["status"] == "delivered"


@pytest.mark.parametrize(("password", "status"), [("right", "delivered"), ("wrong", "waiting")])
async def test_the_mail_server_is_signed_in_to(mailing: Made, tmp_path: Path, password: str, status: str) -> None:
    file = tmp_path / "password"
    file.write_text(f"{password}\n")
    server = {"password": None, "password_file": file}
    async with mailing(account=("tilbake", "right"), server=server) as post:
        people = post.post_office.stage.people
        await post.reachable(people.approvers[0])
        (recall,) = await people.asked(1)
        await post.post_office.told()
        (delivery,) = await post.post_office.deliveries(recall=recall["id"])
        tried = await post.post_office.tried(delivery["id"], 1)

        assert tried["attempts"][0]["status_code"] == (250 if password == "right" else 535)
        assert tried["status"] == status
