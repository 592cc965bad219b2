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

from domain.language import Language
from tilbake.commands.answers import one_line, show_answer
from tilbake.commands.arguments import service_address
from tilbake.commands.exits import AWAY, FAULTS, GOOD, USAGE, Ended
from tilbake.commands.services import find_service
from tilbake.conformance.yaml_source import UnreadableYaml, load

_PAGE: Final = 100
_HELP: Final = """\
examples:
  scripts/tilbake policy show --unit oslo > policy.yaml      the policy in force, with all its values
  scripts/tilbake policy diff --unit oslo --from 2 --to 5    what changed between two versions; by default the last two
  scripts/tilbake policy replay policy.yaml --unit oslo      what the file would have changed on past requests

A file holds the values of a policy, as YAML or JSON; what it leaves out has its default:

  remind_after: 8wh            # 8 working hours of the calendar; 24h, 3d, 30m count every hour
  expire_after: 80wh
  recall_window_days: 90
  second_approver_above: {amount: 50000, currency: NOK}
  calendar: {country: NO, time_zone: Europe/Oslo, half_day_until: 12:00}

replay goes through all requests of the unit, oldest first, asks the rules again as if the file had been in force, and prints
one line for each that would have been refused, expired, escalated or reminded at another time, or decided by others; then how
many of each. It sets nothing: finance does, with PUT /v1/policies/UNIT. More: docs/policies.md
"""
_EXIT_CODES: Final = """
exit codes: 0 answered, 1 refused or faults found, 2 the file cannot be read or the call is incomplete, 3 no service
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    command = subparsers.add_parser(
        "policy",
        help="show a policy, compare versions, or try one on past requests",
        description="Shows the policy of a unit, compares its versions, and tries another one on past requests.",
        epilog=_HELP + _EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = command.add_subparsers(dest="act", metavar="show|diff|replay", required=True)
    _add_act(acts, "show", "print the policy in force, or a version, as YAML").add_argument(
        "--version", type=int, metavar="N", help="a version (default: the one in force)"
    )
    diff = _add_act(acts, "diff", "print what two versions differ in")
    diff.add_argument("--from", dest="before", type=int, metavar="N", help="default: the version before --to")
    diff.add_argument("--to", dest="after", type=int, metavar="N", help="default: the version in force")
    _add_act(acts, "replay", "print what a policy would have changed on past requests; writes nothing").add_argument(
        "file", metavar="FILE", type=Path, help="the values of a policy, YAML or JSON"
    )


def _add_act(acts: Any, name: str, about: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = acts.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=_HELP + _EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--unit", default="main", help="the unit (default: main)")
    add("--url", type=service_address, help="the service (default: http://127.0.0.1:8080)")
    add("--lang", type=Language, choices=tuple(Language), default=Language.EN, metavar="{nb,en}", help="of the texts")
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
            print(f"No service answers at {self._service.url} ({type(error).__name__}).", file=sys.stderr)
            raise Ended(AWAY) from error
        if not answer.is_success:
            show_answer(answer, language=self._language)
            raise Ended(FAULTS)
        return dict(answer.json())


def _show(args: argparse.Namespace, service: _Service) -> None:
    found = service.ask("" if args.version is None else f"/versions/{args.version}")
    print(
        f"# {found['unit']}, version {found['version']}, set by {found['by']} at {found['at']}: {one_line(found['comment'])}"
    )
    print(yaml.safe_dump(found["policy"], sort_keys=False, allow_unicode=True), end="")


def _diff(args: argparse.Namespace, service: _Service) -> None:
    found = service.ask("/diff", query={"from": args.before, "to": args.after})
    print(f"{found['unit']}, from version {found['from']} to {found['to']}:")
    for one in found["diff"]:
        print(f"  {one['field']}: {_value(one['before'])} -> {_value(one['after'])}")
    if not found["diff"]:
        print("  nothing differs")


def _replay(args: argparse.Namespace, service: _Service) -> None:
    policy = _policy(args.file)
    counts: Counter[str] = Counter()
    looked_at = otherwise = 0
    for page in _pages(service, policy):
        looked_at += page["looked_at"]
        otherwise += len(page["items"])
        for one in page["items"]:
            counts.update({change["difference"] for change in one["changes"]})
            details = " ".join(one_line(change["detail"]) for change in one["changes"])
            print(f"{one['number']}  {one['status']}  {one_line(one['title'])}: {details}")
    print(f"{looked_at} requests looked at, {otherwise} of them would have gone otherwise; nothing was written.")
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


def _policy(file: Path) -> object:
    """The values in a file: a policy, or an answer of the API that has one. Raises Ended, after a sentence."""
    try:
        found = _plain(load(file.read_text(encoding="utf-8")))
    except OSError as fault:
        print(f"The file {file} cannot be read: {fault.strerror or fault}", file=sys.stderr)
        raise Ended(USAGE) from fault
    except (UnicodeDecodeError, UnreadableYaml) as fault:
        print(f"The file {file} is not a policy in YAML or JSON ({fault}).", file=sys.stderr)
        raise Ended(USAGE) from fault
    if isinstance(found, dict) and isinstance(found.get("policy"), dict):
        found = found["policy"]
    if not isinstance(found, dict):
        print(f"The file {file} holds no policy: names with values are expected.", file=sys.stderr)
        raise Ended(USAGE)
    limit = found.get("second_approver_above")
    if isinstance(limit, dict) and isinstance(limit.get("amount"), int):
        limit["amount"] = str(limit["amount"])
    return found


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
