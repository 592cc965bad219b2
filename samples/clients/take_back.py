"""Takes one approved entry back with the Python client that scripts/clients writes: preview, ask, decide, read the result.

TILBAKE_TOKEN=... TILBAKE_APPROVER_TOKEN=... PYTHONPATH=build/clients/python python samples/clients/take_back.py URL ENTRY
"""

from __future__ import annotations

import os
import sys
from typing import TypeVar

from tilbake_client import AuthenticatedClient
from tilbake_client.api.entries import list_entry_actuals
from tilbake_client.api.recalls import decide_recall, get_recall, preview_recall, request_recall
from tilbake_client.models import (
    Actuals,
    DecisionSettled,
    NewDecision,
    NewDecisionDecision,
    Preview,
    Problem,
    Recall,
    RecallWish,
    Requested,
)

Wanted = TypeVar("Wanted")


def wanted(kind: type[Wanted], answer: object) -> Wanted:
    """The answer, if it is what was hoped for; else what the service says is in the way, by its code."""
    if isinstance(answer, kind):
        return answer
    if isinstance(answer, Problem):
        sys.exit(f"{answer.code}: {answer.detail}")
    sys.exit(f"The answer is not in the contract: {answer!r}")


def ask(owner: AuthenticatedClient, entry: str) -> str:
    """Look at what a recall would write, then ask for it; returns its id."""
    preview = wanted(Preview, preview_recall.sync(client=owner, body=RecallWish(entries=[entry])))
    print(preview.summary)
    wish = RecallWish(entries=[entry], reason="Wrong project")
    return (
        wanted(Requested, request_recall.sync(client=owner, body=wish, idempotency_key=f"back-{entry}")).recalls[0].id
    )


def approve(approver: AuthenticatedClient, recall: str) -> Recall:
    """Approve exactly the rows that were read: their ETag goes with the decision. Waits for the outcome."""
    seen = get_recall.sync_detailed(recall, client=approver)
    wanted(Recall, seen.parsed)
    decided = decide_recall.sync(
        recall,
        client=approver,
        body=NewDecision(NewDecisionDecision.APPROVE),
        if_match=seen.headers["ETag"],
        prefer="wait=20",
    )
    return wanted(DecisionSettled, decided).recall


def main(url: str, entry: str) -> None:
    """The whole way."""
    owner = AuthenticatedClient(url, os.environ["TILBAKE_TOKEN"])
    approver = AuthenticatedClient(url, os.environ["TILBAKE_APPROVER_TOKEN"])
    recall = approve(approver, ask(owner, entry))
    rows = wanted(Actuals, list_entry_actuals.sync(entry, client=owner)).items
    print(f"{recall.number} is {recall.status}; rows that take back others: {sum(1 for row in rows if row.reverses)}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
