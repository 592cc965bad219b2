"""Ports for servers that are about to start: nobody else on this machine is given the same ones."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from tilbake.embedded import ports
from tilbake.embedded.ports import free_ports, is_free

pytestmark = pytest.mark.sending

SAME_CHOICE = 20261126
ASK = f"""
import random, sys
from tilbake.embedded.ports import free_ports
random.seed({SAME_CHOICE})
print(*free_ports(4), flush=True)
sys.stdin.read()
"""


def test_another_process_is_not_given_what_was_given_here_though_nobody_listens_yet() -> None:
    before = random.getstate()
    random.seed(SAME_CHOICE)
    mine = set(free_ports(4))
    random.setstate(before)

    with subprocess.Popen(
        [sys.executable, "-c", ASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        theirs = {int(port) for port in other.stdout.readline().split()}
        other.communicate()

    assert len(mine) == len(theirs) == 4
    assert all(is_free(port) for port in mine)
    assert not mine & theirs


def test_the_first_of_very_many_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_MOST_PROMISED", 3)
    free_ports(5)
    assert len(ports._promised) == 3
