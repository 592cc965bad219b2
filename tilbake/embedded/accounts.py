"""Postgres refuses to run as root, so root lends it an account without rights - and looks where that account may go."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from tilbake.embedded import texts
from tilbake.errors import CannotStart

ACCOUNT_NAME = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine by number. initdb insists that it also has a name."""

    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """The account to become, or None when this process is not root and may start servers as it is."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        raise CannotStart(texts.NOT_AS_ROOT, user=ACCOUNT_NAME) from None
    return Account(entry.pw_uid, entry.pw_gid)


class RunAs(TypedDict):
    """Arguments of subprocess that change who the child is."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


def run_as(account: Account | None) -> RunAs:
    """For `subprocess.run(..., **run_as(account))`; None leaves the child who we are."""
    if account is None:
        return RunAs(user=None, group=None, extra_groups=None)
    return RunAs(user=account.uid, group=account.gid, extra_groups=[])


def can_enter(account: Account | None, directory: Path) -> bool:
    """Whether the account can pass through every directory down to this one: a home of root is closed to it."""
    return _succeeds_as(account, ["/bin/sh", "-c", 'test -x "$0"', str(directory)])


def can_run(account: Account | None, program: Path) -> bool:
    """Whether the account can run the program with the libraries it needs."""
    return _succeeds_as(account, [str(program), "--version"])


def _succeeds_as(account: Account | None, argv: list[str]) -> bool:
    try:
        done = subprocess.run(
            argv,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            **run_as(account),
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0
