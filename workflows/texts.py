"""The words an operator reads in the Temporal UI, in Norwegian Bokmål and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.language import Language
from domain.terms import STATUS
from workflows.contracts import RecallInput, Standing

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "summary": "Recall R-{number} · {title} · {count} · {amount} · requested by {requester}",
        "one": "1 line",
        "many": "{n} lines",
        "waiting": "**Waiting for {approver}**, or any other approver of {title}, since {since}.",
        "waiting_instead": "**Waiting for {asked}**, in the place of {approver}, or any other approver of {title}, since {since}.",
        "anyone": "an approver",
        "next": "Next if nobody decides: {step}.",
        "deadline": "Deadline: {at}; if nobody decides by then, the request expires.",
        "no_deadline": "No deadline: the request waits until somebody decides.",
        "reminder": "reminder {n} on {at}",
        "expiry": "the request expires on {at}",
        "reminded": "Reminders sent: {n}.",
        "escalated": "**Escalated:** {person} may decide, too.",
        "blocked": "**Blocked by {codes}.** The lines stay open: clear what is in the way, then approve again, or reject.",
        "parked": "**{n} of them approved, waiting for a credit:** they go on by themselves once the invoice is credited in full.",
        "decisions": "| decided | by | verdict | outcome | in the way |\n|---|---|---|---|---|",
        "ended": "**Ended: {status}.** {recalled} recalled, {rejected} rejected.",
        "approve": "approved",
        "reject": "rejected",
        "applied": "applied",
        "refused": "refused, nothing was done",
        "on_draft_invoice": "a draft invoice",
        "already_invoiced": "an invoice",
        "partially_credited": "an invoice that is credited in part",
        "vendor_invoice_lock": "a vendor invoice",
        "correction_in_process": "a correction under way",
        "period_closed": "a closed period",
        "timer_reminder": "reminder {n} to {approver}",
        "timer_expiry": "expiry",
        "timer_escalation": "escalation to {person}",
        "escalate": "let {person} decide, too",
        "escalation": "from {at} the escalation person may decide, too",
        "timer_rerouting": "somebody else is asked",
        "reroute": "ask whoever decides from today on",
        "rerouting": "from {at} somebody else is asked",
        "settle": "settle decision {n}",
        "settle_on": "settle decision {n}, {open} lines open",
        "so_far": "So far: {recalled} recalled, {rejected} rejected, {open} open.",
        "under_way": "**A decision is being settled:** {recalled} lines recalled, {rejected} rejected, {open} open.",
        "remind": "remind {approver} ({n})",
        "expire": "expire the request",
        "close": "close the request, an operator cancelled it",
        "look": "see how the request stands",
        "delivery": "{what} → {to}",
        "deliver": "deliver {what}",
        "give_up": "give up: nobody took it in time",
        "reconcile": "compare the database with Temporal",
        "reconciliation": "The database is compared with Temporal",
    },
    "nb": {
        "summary": "Tilbakekalling R-{number} · {title} · {count} · {amount} · forespurt av {requester}",
        "one": "1 linje",
        "many": "{n} linjer",
        "waiting": "**Venter på {approver}**, eller en annen godkjenner for {title}, siden {since}.",
        "waiting_instead": "**Venter på {asked}**, i stedet for {approver}, eller en annen godkjenner for {title}, siden {since}.",
        "anyone": "en godkjenner",
        "next": "Neste om ingen avgjør: {step}.",
        "deadline": "Frist: {at}; avgjør ingen innen da, utløper forespørselen.",
        "no_deadline": "Ingen frist: forespørselen venter til noen avgjør.",
        "reminder": "påminnelse {n} den {at}",
        "expiry": "forespørselen utløper {at}",
        "reminded": "Påminnelser sendt: {n}.",
        "escalated": "**Eskalert:** også {person} kan avgjøre.",
        "blocked": "**Blokkert av {codes}.** Linjene står åpne: fjern hindringen og godkjenn på nytt, eller avvis.",
        "parked": "**{n} av dem er godkjent og venter på kreditering:** de går videre av seg selv når fakturaen er kreditert i sin helhet.",
        "decisions": "| avgjort | av | beslutning | utfall | i veien |\n|---|---|---|---|---|",
        "ended": "**Avsluttet: {status}.** {recalled} tilbakekalt, {rejected} avvist.",
        "approve": "godkjent",
        "reject": "avvist",
        "applied": "gjennomført",
        "refused": "avslått, ingenting ble gjort",
        "on_draft_invoice": "et fakturautkast",
        "already_invoiced": "en faktura",
        "partially_credited": "en delvis kreditert faktura",
        "vendor_invoice_lock": "en leverandørfaktura",
        "correction_in_process": "en retting under arbeid",
        "period_closed": "en lukket periode",
        "timer_reminder": "påminnelse {n} til {approver}",
        "timer_expiry": "utløp",
        "timer_escalation": "eskalering til {person}",
        "escalate": "la også {person} avgjøre",
        "escalation": "fra {at} kan også eskaleringspersonen avgjøre",
        "timer_rerouting": "en annen blir spurt",
        "reroute": "spør den som avgjør fra i dag",
        "rerouting": "fra {at} blir en annen spurt",
        "settle": "gjennomfør avgjørelse {n}",
        "settle_on": "gjennomfør avgjørelse {n}, {open} linjer åpne",
        "so_far": "Så langt: {recalled} tilbakekalt, {rejected} avvist, {open} åpne.",
        "under_way": "**En avgjørelse gjennomføres:** {recalled} linjer tilbakekalt, {rejected} avvist, {open} åpne.",
        "remind": "minn {approver} på forespørselen ({n})",
        "expire": "la forespørselen utløpe",
        "close": "avslutt forespørselen, en operatør avbrøt den",
        "look": "se hvordan forespørselen står",
        "delivery": "{what} → {to}",
        "deliver": "lever {what}",
        "give_up": "gi opp: ingen tok imot i tide",
        "reconcile": "sammenlign databasen med Temporal",
        "reconciliation": "Databasen sammenlignes med Temporal",
    },
}


def word(language: str, key: str, **values: object) -> str:
    """One text in a language; English where the language is not known."""
    return _WORDS.get(language, _WORDS["en"])[key].format(**values)


def _named(language: str, code: str) -> str:
    """What is in the way in words, with the code by which the lists find it; the code alone where it has none."""
    words = _WORDS.get(language, _WORDS["en"]).get(code)
    return f"`{code}`" if words is None else f"{words} (`{code}`)"


def _plain(language: str, code: str) -> str:
    """A verdict or an outcome in words; as it is where it has none."""
    return _WORDS.get(language, _WORDS["en"]).get(code, code)


def _status(language: str, status: str) -> str:
    """A status as people read it."""
    text = STATUS.get(status)
    return status if text is None else text.in_language(Language.NB if language == "nb" else Language.EN).lower()


def name_of(given: RecallInput, person: str | None) -> str:
    """Who is asked, or words for anybody who may."""
    return person or word(given.language, "anyone")


def summary(given: RecallInput) -> str:
    """The one line a request shows in lists."""
    count = word(given.language, "one" if given.lines == 1 else "many", n=given.lines)
    return word(
        given.language,
        "summary",
        number=given.number,
        title=given.title,
        count=count,
        amount=amount(given.amount, given.language),
        requester=given.requester,
    )[:200]


def amount(plain: str, language: str) -> str:
    """An amount such as `12400.00 NOK` as people write it: `12 400,00 NOK` in Norwegian, `12,400.00 NOK` in English."""
    if not plain:
        return ""
    number, _, currency = plain.partition(" ")
    whole, point, parts = number.partition(".")
    grouped = f"{int(whole):,}"
    if whole.startswith("-0"):
        grouped = f"-{grouped}"
    if language == "nb":
        grouped, point = grouped.replace(",", "\N{NO-BREAK SPACE}"), point and ","
    return f"{grouped}{point}{parts} {currency}".rstrip()


def moment(at: datetime) -> str:
    """An instant as people read it."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request's workflow has come: since when it waits, what is next and when, what happened so far, who is asked.

    `escalated_to` is who may decide, too, once that has come.
    """

    since: datetime
    next_step: tuple[str, datetime]
    reminders: int
    standing: Standing | None
    decisions: Sequence[str]
    asked: str | None
    escalated_to: str | None = None


def details(given: RecallInput, progress: Progress) -> str:
    """Who is waited for, since when, what blocks, what was decided, what comes next: markdown for the UI."""
    language = given.language
    standing = progress.standing
    if standing is not None and not standing.is_open:
        head = [
            word(
                language,
                "ended",
                status=_status(language, standing.status),
                recalled=standing.recalled,
                rejected=standing.rejected,
            )
        ]
    else:
        head = _waiting(given, progress)
    table = ["\n".join([word(language, "decisions"), *progress.decisions])] if progress.decisions else []
    return "\n\n".join([*head, *table])


def _waiting(given: RecallInput, progress: Progress) -> list[str]:
    language = given.language
    name, at = progress.next_step
    step = word(language, name, n=progress.reminders + 1, at=moment(at))
    expires = given.expire_after_seconds
    deadline = None if expires is None else until(progress.since, expires)
    first = given.approver or progress.asked
    is_first = progress.asked in {None, first}
    names = {"approver": name_of(given, first), "asked": name_of(given, progress.asked)}
    since = moment(progress.since)
    lines = [
        word(language, "waiting" if is_first else "waiting_instead", **names, title=given.title, since=since),
        word(language, "next", step=step),
        word(language, "deadline", at=moment(deadline)) if deadline else word(language, "no_deadline"),
        word(language, "reminded", n=progress.reminders),
    ]
    if progress.escalated_to:
        lines.insert(1, word(language, "escalated", person=progress.escalated_to))
    standing = progress.standing
    if standing is not None and (standing.is_under_way or standing.recalled or standing.rejected):
        counts = {"recalled": standing.recalled, "rejected": standing.rejected, "open": standing.open}
        lines.insert(0, word(language, "under_way" if standing.is_under_way else "so_far", **counts))
    if standing is not None and standing.blocked_by:
        lines.insert(
            0, word(language, "blocked", codes=", ".join(_named(language, one) for one in standing.blocked_by))
        )
    if standing is not None and standing.parked:
        lines.insert(1, word(language, "parked", n=standing.parked))
    return lines


def decision_row(language: str, at: datetime, standing: Standing) -> str:
    """One decision as a row of the table in the details."""
    blocked = ", ".join(_named(language, one) for one in standing.blocked_by)
    verdict, outcome = _plain(language, standing.verdict), _plain(language, standing.outcome)
    return f"| {moment(at)} | {standing.decided_by} | {verdict} | {outcome} | {blocked} |"


def until(start: datetime, seconds: float) -> datetime:
    """The instant some seconds after a start."""
    return start + timedelta(seconds=seconds)
