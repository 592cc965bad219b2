"""`tilbake policy show|diff|replay`: the policy of a unit, what versions differ in, and what another one would have changed.

All of it is asked of the running service; nothing is written. Exit codes: 0 answered, 1 refused or faults found, 2 the file
cannot be read or the call is incomplete, 3 the service is away.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

from domain.language import Language, Text
from tilbake.commands.answers import one_line, show_answer
from tilbake.commands.arguments import Subparsers, add_language, declare, service_address
from tilbake.commands.exits import AWAY, FAULTS, GOOD, USAGE, Ended
from tilbake.commands.services import find_service
from tilbake.commands.texts import policy as texts
from tilbake.commands.texts import shared
from tilbake.conformance.yaml_source import UnreadableYaml, load
from tilbake.file_faults import why
from tilbake.language import said

_PAGE: Final = 100


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    command = declare(subparsers, "policy", short=texts.SHORT, long=texts.LONG, below=texts.EXAMPLES)
    acts = command.add_subparsers(dest="act", metavar="show|diff|replay", required=True)
    show = _add_act(acts, "show", short=texts.SHOW, long=texts.SHOW_LONG)
    show.add_argument("--version", type=int, metavar="N", help=said(texts.VERSION))
    diff = _add_act(acts, "diff", short=texts.DIFF, long=texts.DIFF_LONG)
    diff.add_argument("--from", dest="before", type=int, metavar="N", help=said(texts.BEFORE))
    diff.add_argument("--to", dest="after", type=int, metavar="N", help=said(texts.AFTER))
    replay = _add_act(acts, "replay", short=texts.REPLAY, long=texts.REPLAY_LONG)
    replay.add_argument("file", metavar=said(shared.FILE), type=Path, help=said(texts.VALUES))


def _add_act(acts: Subparsers, name: str, *, short: Text, long: Text) -> argparse.ArgumentParser:
    parser = declare(acts, name, short=short, long=long, below=texts.EXAMPLES)
    parser.add_argument("--unit", metavar=said(shared.UNIT), default="main", help=said(texts.UNIT))
    parser.add_argument("--url", type=service_address, help=said(shared.URL))
    add_language(parser)
    return parser


def run(args: argparse.Namespace) -> int:
    """Asks the service and prints; returns the exit code."""
    acts: Mapping[str, Callable[[argparse.Namespace, _Service], None]] = {
        "show": _show,
        "diff": _diff,
        "replay": _replay,
    }
    try:
        acts[args.act](args, _Service(args))
    except Ended as failed:
        return failed.code
    return GOOD


class _Service:
    """Questions to the running service about the policy of one unit."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._service = find_service(args.url)
        self._path = f"/v1/policies/{args.unit}"
        self._language = args.lang

    def ask(self, path: str, *, query: Mapping[str, object] | None = None, body: object = None) -> dict[str, Any]:
        """The answer to a question. Raises Ended, after a sentence."""
        known = {name: str(value) for name, value in (query or {}).items() if value is not None}
        headers = {"Authorization": f"Bearer {self._service.token}", "Accept-Language": self._language.value}
        method = "GET" if body is None else "POST"
        try:
            with httpx.Client(base_url=self._service.url, timeout=60, trust_env=False) as client:
                answer = client.request(method, self._path + path, params=known, headers=headers, json=body)
        except httpx.TransportError as error:
            facts = {"url": self._service.url, "why": type(error).__name__}
            raise _ended(AWAY, texts.NO_SERVICE, self._language, **facts) from error
        if not answer.is_success:
            show_answer(answer, language=self._language)
            raise Ended(FAULTS)
        return dict(answer.json())


def _show(args: argparse.Namespace, service: _Service) -> None:
    found = service.ask("" if args.version is None else f"/versions/{args.version}")
    facts = {name: found[name] for name in ("unit", "version", "by", "at")}
    print(texts.HEADING.in_language(args.lang).format(**facts, comment=one_line(found["comment"])))
    print(yaml.safe_dump(found["policy"], sort_keys=False, allow_unicode=True), end="")


def _diff(args: argparse.Namespace, service: _Service) -> None:
    found = service.ask("/diff", query={"from": args.before, "to": args.after})
    facts = {"unit": found["unit"], "before": found["from"], "after": found["to"]}
    print(texts.DIFFERENCES.in_language(args.lang).format(**facts))
    for one in found["diff"]:
        print(f"  {one['field']}: {_value(one['before'])} -> {_value(one['after'])}")
    if not found["diff"]:
        print(texts.NO_DIFFERENCE.in_language(args.lang))


def _replay(args: argparse.Namespace, service: _Service) -> None:
    policy = _policy(args.file, args.lang)
    counts: Counter[str] = Counter()
    looked_at = otherwise = 0
    for page in _pages(service, policy):
        looked_at += page["looked_at"]
        otherwise += len(page["items"])
        for one in page["items"]:
            counts.update({change["difference"] for change in one["changes"]})
            details = " ".join(one_line(change["detail"]) for change in one["changes"])
            print(f"{one['number']}  {one['status']}  {one_line(one['title'])}: {details}")
    print(texts.TALLY.in_language(args.lang).format(looked_at=looked_at, otherwise=otherwise))
    for name, count in counts.most_common():
        print(f"{count:>7}  {name}")


def _pages(service: _Service, policy: object) -> Iterator[dict[str, Any]]:
    cursor: object = None
    while True:
        page = service.ask("/replay", query={"limit": _PAGE, "cursor": cursor}, body={"policy": policy})
        yield page
        cursor = page["next"]
        if cursor is None:
            return


def _policy(file: Path, language: Language) -> object:
    """The values in a file: a policy, or an answer of the API that has one. Raises Ended, after a sentence."""
    try:
        found = _plain(load(file.read_text(encoding="utf-8")))
    except OSError as fault:
        raise _ended(USAGE, shared.UNREADABLE, language, file=file, why=why(fault, language=language)) from fault
    except (UnicodeDecodeError, UnreadableYaml) as fault:
        raise _ended(USAGE, texts.NO_YAML, language, file=file, why=fault) from fault
    if isinstance(found, dict) and isinstance(found.get("policy"), dict):
        found = found["policy"]
    if not isinstance(found, dict):
        raise _ended(USAGE, texts.NO_POLICY, language, file=file)
    limit = found.get("second_approver_above")
    if isinstance(limit, dict) and isinstance(limit.get("amount"), int):
        limit["amount"] = str(limit["amount"])
    return found


def _ended(code: int, text: Text, language: Language, **facts: object) -> Ended:
    """The end of the command, after the sentence that says why."""
    print(text.in_language(language).format(**facts), file=sys.stderr)
    return Ended(code)


def _plain(value: Any) -> Any:
    """Values as JSON has them: figures with a point and days are texts there."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def _value(value: object) -> str:
    return "-" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
