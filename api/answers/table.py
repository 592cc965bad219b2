"""Which answer an operation gives: its statuses, their models and examples, the headers it reads and sends.

Read by the OpenAPI document and by the tests, which hold every good answer of a test run to it. Codes of refusals are
declared at the routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from api.answers import (
    channels,
    dashboard,
    entries,
    figures,
    imports,
    invoices,
    policies,
    production,
    production_examples,
    recalls,
    setup,
    subscriptions,
)
from api.answers.base import Shown


@dataclass(frozen=True, slots=True)
class Told:
    """One good answer: its model (None: no body), an example, and the headers it carries.

    stream: an example of the same as server-sent events.
    kept: whether it is stored under the Idempotency-Key, to be answered again.
    """

    status: int
    model: type[Shown] | None = None
    example: object = None
    headers: tuple[str, ...] = ()
    about: str = "Done"
    stream: str | None = None
    kept: bool = True


REQUEST_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Idempotency-Key": "1 to 255 visible ASCII characters: the same key and body are answered as before, once for all",
        "If-Match": "The ETags that were seen, in quotes; approving a recall and setting a policy need it",
        "Prefer": "wait=N: answer when the outcome is known, within N seconds, at most 20",
        "Accept-Language": "nb or en (by default): the language of texts",
        "webhook-id": "The id of the message: the same id and body are answered as before, and done once",
        "webhook-timestamp": "When it was signed, in seconds since 1970: at most five minutes ago",
        "webhook-signature": "v1, and base64 of the HMAC-SHA256 of id.timestamp.body; of several, parted by spaces, one counts",
    }
)
SIGNING: Final = ("webhook-id", "webhook-timestamp", "webhook-signature")
"""Headers without which nothing is taken in (Standard Webhooks)."""
REQUEST_PATTERNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Idempotency-Key": "^[!-~]{1,255}$",
        "If-Match": r'^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$',
        "webhook-id": "^[A-Za-z0-9_-]{1,255}$",
        "webhook-timestamp": "^[1-9][0-9]{0,11}$",
    }
)
"""What these headers may be; of the others anything that is not understood says nothing."""
RESPONSE_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ETag": "The version of what is answered: a strong entity tag",
        "Location": "Where the resource is",
        "Idempotent-Replay": "true where the answer is that of an earlier request with the same Idempotency-Key",
        "Preference-Applied": "wait=N where the answer waited for the outcome",
    }
)
_ETAG: Final = ("ETag",)


def _page(model: type[Shown], example: object) -> tuple[Told, ...]:
    return (Told(200, model, example),)


def _done(model: type[Shown], example: object, *headers: str, status: int = 200) -> tuple[Told, ...]:
    return (Told(status, model, example, headers),)


def _made(model: type[Shown], example: object, *headers: str) -> tuple[Told, ...]:
    return _done(model, example, *headers, status=201)


_EVENTS: Final = (Told(200, entries.Events, entries.EVENTS, stream=entries.STREAM),)
_GONE: Final = (Told(204),)
_ENTRY: Final = _done(entries.Entry, entries.ENTRY, *_ETAG)
_STATUSES: Final = _done(entries.EntryStatuses, entries.STATUSES)
_RECALL: Final = _done(recalls.Recall, recalls.RECALL, *_ETAG)
_HISTORY: Final = _page(entries.History, entries.HISTORY)
_INVOICE: Final = _done(invoices.Invoice, invoices.INVOICE, *_ETAG)
_UNIT: Final = _done(setup.Unit, setup.UNIT, *_ETAG)
_POLICY: Final = _done(policies.PolicyVersion, policies.VERSION, *_ETAG)
_CHANNEL: Final = _done(channels.Channel, channels.CHANNEL, *_ETAG)
_PERSON: Final = _done(setup.PersonWithAddress, setup.PERSON_WITH_ADDRESS, *_ETAG)
_SUBSCRIPTION: Final = _done(subscriptions.Subscription, subscriptions.SUBSCRIPTION, *_ETAG)
_DELIVERIES: Final = _page(subscriptions.Deliveries, subscriptions.DELIVERIES)
_PROJECT: Final = _done(setup.Project, setup.PROJECT, *_ETAG)
_ITEM: Final = _done(production.Item, production_examples.ITEM, *_ETAG)
_CENTER: Final = _done(production.Center, production_examples.CENTER, *_ETAG)
_ORDER: Final = _done(production.ProductionOrder, production_examples.ORDER, *_ETAG)
_POSTED: Final = _made(production.Posting, production_examples.POSTED)
_CLOSINGS: Final = _done(invoices.Closings, invoices.CLOSINGS)

ANSWERS: Final[Mapping[str, tuple[Told, ...]]] = MappingProxyType(
    {
        "get_health": _done(setup.Health, setup.HEALTH),
        "get_readiness": (
            Told(200, setup.Readiness, setup.READINESS, about="Requests are taken"),
            Told(503, setup.Readiness, setup.NOT_READY, about="Requests are not taken"),
        ),
        "get_me": _done(setup.Me, setup.ME),
        "get_ops_links": _done(dashboard.OpsLinks, dashboard.OPS_LINKS),
        "get_inbox": _done(setup.Inbox, setup.INBOX),
        "get_stats": _done(figures.Stats, figures.STATS),
        "list_refusals": _page(setup.Catalogue, setup.CATALOGUE),
        "create_person": _made(setup.Person, setup.PERSON),
        "create_unit": _made(setup.Unit, setup.UNIT, *_ETAG),
        "get_unit": _UNIT,
        "get_policy": _POLICY,
        "put_policy": _done(policies.PolicySet, policies.SET, *_ETAG),
        "list_policy_versions": _page(policies.PolicyVersions, policies.VERSIONS),
        "get_policy_version": _POLICY,
        "replay_policy": _done(policies.PolicyReplay, policies.REPLAY),
        "get_policy_diff": _done(policies.PolicyDiff, policies.DIFF),
        "put_roles": _UNIT,
        "set_clock": _done(setup.Unit, setup.UNIT),
        "advance_clock": _done(setup.ClockMoved, setup.CLOCK_MOVED),
        "create_project": _made(setup.Project, setup.PROJECT, *_ETAG),
        "list_projects": _page(setup.Projects, setup.PROJECTS),
        "get_project": _PROJECT,
        "put_rates": _PROJECT,
        "put_exchange_rate": _PROJECT,
        "put_approvers": _PROJECT,
        "create_milestone": _made(setup.Milestone, setup.MILESTONE),
        "get_totals": _done(setup.Totals, setup.TOTALS),
        "get_person": _PERSON,
        "change_person": _PERSON,
        "create_channel": _made(channels.ChannelWithSecret, channels.CHANNEL_MADE, *_ETAG),
        "list_channels": _page(channels.Channels, channels.CHANNELS),
        "get_channel": _CHANNEL,
        "change_channel": _CHANNEL,
        "rotate_channel": _done(channels.ChannelWithSecret, channels.CHANNEL_ROTATED, *_ETAG),
        "retire_channel_secret": _CHANNEL,
        "disable_channel": _CHANNEL,
        "enable_channel": _CHANNEL,
        "create_subscription": _made(subscriptions.SubscriptionWithSecret, subscriptions.SUBSCRIPTION_MADE, *_ETAG),
        "list_subscriptions": _page(subscriptions.Subscriptions, subscriptions.SUBSCRIPTIONS),
        "get_subscription": _SUBSCRIPTION,
        "change_subscription": _SUBSCRIPTION,
        "delete_subscription": _GONE,
        "rotate_subscription": _done(subscriptions.SubscriptionWithSecret, subscriptions.SUBSCRIPTION_ROTATED, *_ETAG),
        "retire_subscription_secret": _SUBSCRIPTION,
        "disable_subscription": _SUBSCRIPTION,
        "enable_subscription": _SUBSCRIPTION,
        "ping_subscription": _done(subscriptions.Delivery, subscriptions.PING_STARTED, "Location", status=202),
        "list_subscription_deliveries": _DELIVERIES,
        "list_deliveries": _DELIVERIES,
        "get_delivery": _done(subscriptions.DeliveryWithAttempts, subscriptions.DELIVERY_WHOLE),
        "replay_delivery": _done(subscriptions.Delivery, subscriptions.DELIVERY_STARTED, "Location", status=202),
        "create_delegation": _made(setup.Delegation, setup.DELEGATION),
        "list_delegations": _page(setup.Delegations, setup.DELEGATIONS),
        "end_delegation": _GONE,
        "get_delegation_history": _HISTORY,
        "create_entry": _made(entries.Entry, entries.ENTRY, *_ETAG),
        "list_entries": _page(entries.Entries, entries.ENTRIES),
        "get_entry": _ENTRY,
        "edit_entry": _ENTRY,
        "delete_entry": _GONE,
        "submit_entries": _STATUSES,
        "approve_entries": _STATUSES,
        "reject_entries": _STATUSES,
        "cancel_approvals": _STATUSES,
        "recall_submitted_entries": _STATUSES,
        "delete_entries": _STATUSES,
        "list_entry_actuals": _page(entries.Actuals, entries.ACTUALS),
        "get_entry_history": _HISTORY,
        "list_entry_recalls": _page(recalls.Recalls, recalls.RECALLS),
        "preview_recall": _done(recalls.Preview, recalls.PREVIEW),
        "request_recall": _made(recalls.Requested, recalls.REQUESTED, "Location"),
        "list_recalls": _page(recalls.Recalls, recalls.RECALLS),
        "get_recall": _RECALL,
        "list_recall_lines": _page(recalls.RecallLines, recalls.LINES),
        "get_recall_history": _HISTORY,
        "decide_recall": (
            Told(202, recalls.DecisionTaken, recalls.TAKEN, ("Location",), "The decision is stored"),
            Told(
                200,
                recalls.DecisionSettled,
                recalls.SETTLED,
                ("ETag", "Preference-Applied"),
                "The outcome is known (Prefer: wait=N)",
                kept=False,
            ),
        ),
        "decide_recalls": _done(recalls.DecisionResults, recalls.MANY_DECIDED),
        "withdraw_recall": _RECALL,
        "receive_decision": _done(recalls.DecisionTaken, recalls.TAKEN, status=202),
        "list_events": _EVENTS,
        "list_inbox_events": _EVENTS,
        "list_recall_events": _EVENTS,
        "draft_invoice": _made(invoices.Invoice, invoices.INVOICE, *_ETAG),
        "list_invoices": _page(invoices.Invoices, invoices.INVOICES),
        "get_invoice": _INVOICE,
        "remove_invoice_lines": _INVOICE,
        "delete_invoice": _GONE,
        "confirm_invoice": _INVOICE,
        "change_invoice": _INVOICE,
        "confirm_invoices": _done(invoices.InvoiceResults, invoices.MANY_CONFIRMED),
        "pay_invoice": _INVOICE,
        "revise_invoice": _made(invoices.Invoice, invoices.INVOICE, *_ETAG),
        "confirm_vendor_invoice": _made(invoices.VendorInvoice, invoices.VENDOR_INVOICE),
        "cancel_vendor_invoice": _done(invoices.VendorInvoice, invoices.VENDOR_INVOICE),
        "reprice_entries": _done(invoices.Posted, invoices.POSTED),
        "correct_entries": _made(invoices.Posted, invoices.POSTED),
        "get_periods": _CLOSINGS,
        "close_period": _CLOSINGS,
        "reopen_period": _CLOSINGS,
        "create_item": _made(production.Item, production_examples.ITEM, *_ETAG),
        "list_items": _page(production.Items, production_examples.ITEMS),
        "get_item": _ITEM,
        "change_item": _ITEM,
        "create_center": _made(production.Center, production_examples.CENTER, *_ETAG),
        "get_center": _CENTER,
        "change_center": _CENTER,
        "create_routing": _made(production.Routing, production_examples.ROUTING),
        "create_order": _made(production.ProductionOrder, production_examples.ORDER, *_ETAG),
        "list_orders": _page(production.ProductionOrders, production_examples.ORDERS),
        "get_order": _ORDER,
        "release_order": _ORDER,
        "finish_order": _ORDER,
        "reopen_order": _ORDER,
        "list_order_item_entries": _page(production.ItemEntries, production_examples.ITEM_ENTRIES),
        "list_order_capacity_entries": _page(production.CapacityEntries, production_examples.CAPACITY_ENTRIES),
        "get_order_history": _HISTORY,
        "post_output_journal": _POSTED,
        "preview_output_journal": _done(production.Posting, production_examples.POSTED),
        "explode_routing": _done(production.Proposal, production_examples.PROPOSAL),
        "post_consumption_journal": _POSTED,
        "preview_consumption_journal": _done(production.Posting, production_examples.POSTED),
        "post_shipment": _POSTED,
        "post_receipt": _POSTED,
        "get_item_entry": _done(production.ItemEntry, production_examples.ITEM_ENTRY),
        "list_dependents": _done(production.Dependents, production_examples.DEPENDENTS),
        "reserve_entry": _made(production.Reservations, production_examples.RESERVATIONS),
        "release_reservations": _done(production.Reservations, production_examples.RESERVATIONS),
        "get_capacity_entry": _done(production.CapacityEntry, production_examples.CAPACITY_ENTRY),
        "import_entries": (
            Told(201, imports.Imported, imports.IMPORTED),
            Told(200, imports.CheckedFile, imports.CHECKED, about="Only checked; nothing was written", kept=False),
        ),
    }
)

# Operations that write, and take no Idempotency-Key: they have a key of their own, are many writes that each stand alone, or
# make a secret, which the stored answer would hold.
WITHOUT_KEY: Final = frozenset(
    {
        "preview_recall",
        "replay_policy",
        "receive_decision",
        "create_channel",
        "rotate_channel",
        "create_subscription",
        "rotate_subscription",
        "decide_recalls",
        "confirm_invoices",
        "preview_output_journal",
        "preview_consumption_journal",
        "explode_routing",
    }
)
READS_HEADERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "edit_entry": ("If-Match",),
        "decide_recall": ("If-Match", "Prefer"),
        "decide_recalls": ("Idempotency-Key",),
        "receive_decision": (*SIGNING, "Accept-Language"),
        "list_refusals": ("Accept-Language",),
        "put_policy": ("If-Match",),
        "change_item": ("If-Match",),
        "change_center": ("If-Match",),
        "change_channel": ("If-Match",),
        "change_subscription": ("If-Match",),
    }
)
WITH_FAULTS_OF_A_FILE: Final = frozenset({"import_entries"})
