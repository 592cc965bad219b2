"""Starts API and worker for tests from a process that has loaded both already, as loading them costs more than most tests.

What it forks is a process of its own in every respect that a test can meet: id, session, environment, directory, log, signals
and exit code. `spawn` stands in for that of tilbake.embedded.services; whatever is not a plain API or worker is started as
it always is, and so is everything in tests of the stack itself.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import random
import runpy
import selectors
import signal
import socket
import struct
import subprocess
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

from tests.reading import exactly
from tilbake.embedded import leftovers, processes
from tilbake.embedded.processes import PR_SET_PDEATHSIG, Child, Launch

SOCKET: Final = "TILBAKE_TEST_FORKING"
ROOT: Final = Path(__file__).resolve().parents[1]
_LOADED: Final = {"api": "api.main", "worker": "worker"}
_LENGTH: Final = struct.Struct(">I")


def spawn(launch: Launch) -> Child:
    """Fork it where it is a plain API or worker, else start it as always."""
    program, *words = [str(word) for word in launch.argv]
    environment = dict(launch.environment or {})
    plain = program == sys.executable and words[:1] == ["-m"] and words[1:] in [[name] for name in _LOADED]
    if not plain or launch.directory != ROOT or SOCKET not in os.environ or not _loads_alike(environment):
        return processes.spawn(launch)
    launch.log_path.parent.mkdir(parents=True, exist_ok=True)
    launch.log_path.touch()
    log_start = launch.log_path.stat().st_size
    forked = Forked(words[1], environment, launch.log_path, int(launch.death_signal))
    if launch.record_path is not None:
        leftovers.note(launch.record_path, forked.pid)
    return Child(launch, cast("subprocess.Popen[bytes]", forked), log_start)


def _loads_alike(environment: Mapping[str, str]) -> bool:
    """Whether modules are loaded from the same places."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return environment.get("PYTHONPATH") == path


class Forked:
    """What a test sees of a forked process: as much of subprocess.Popen as a Child uses."""

    def __init__(self, module: str, environment: Mapping[str, str], log_path: Path, death_signal: int) -> None:
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.settimeout(60)
        self._connection.connect(os.environ[SOCKET])
        self.pid = int(
            self._ask(module=module, environment=dict(environment), log_path=str(log_path), death_signal=death_signal)
        )
        self.returncode: int | None = None

    def _ask(self, **question: Any) -> Any:
        _send(self._connection, question)
        return _receive(self._connection)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            self.returncode = self._ask(wait=False)
            if self.returncode is not None:
                self._connection.close()
        return self.returncode

    def wait(self) -> int:
        """Return when it has ended."""
        if self.returncode is None:
            self.returncode = int(self._ask(wait=True))
            self._connection.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Nothing where it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def _send(connection: socket.socket, value: object) -> None:
    words = json.dumps(value).encode()
    connection.sendall(_LENGTH.pack(len(words)) + words)


def _receive(connection: socket.socket) -> Any:
    """Raises EOFError when the other side is gone."""
    (length,) = _LENGTH.unpack(exactly(connection, _LENGTH.size))
    return json.loads(exactly(connection, length))


class Nursery:
    """The loaded process. One connection is one child; where the connection ends, the child is ended."""

    def __init__(self, listening: socket.socket) -> None:
        self._selector = selectors.DefaultSelector()
        self._selector.register(listening, selectors.EVENT_READ)
        self._listening = listening
        self._children: dict[socket.socket, int] = {}

    def serve(self) -> None:
        """Until this process is ended."""
        while True:
            for key, _ in self._selector.select():
                found = cast("socket.socket", key.fileobj)
                if found is self._listening:
                    connection, _ = found.accept()
                    self._selector.register(connection, selectors.EVENT_READ)
                else:
                    self._answer(found)

    def _answer(self, connection: socket.socket) -> None:
        try:
            question = _receive(connection)
            if "module" in question:
                self._children[connection] = self._fork(**question)
                _send(connection, self._children[connection])
            else:
                _send(connection, self._ended(connection, wait=question["wait"]))
        except (EOFError, OSError):
            self._forget(connection)

    def _ended(self, connection: socket.socket, *, wait: bool) -> int | None:
        pid, status = os.waitpid(self._children[connection], 0 if wait else os.WNOHANG)
        if pid == 0:
            return None
        del self._children[connection]
        return os.waitstatus_to_exitcode(status)

    def _forget(self, connection: socket.socket) -> None:
        """Nobody asks for it any more: it may not outlive its test."""
        self._selector.unregister(connection)
        connection.close()
        pid = self._children.pop(connection, None)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _fork(self, *, module: str, environment: Mapping[str, str], log_path: str, death_signal: int) -> int:
        pid = os.fork()
        if pid:
            return pid
        try:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            self._let_go()
            _become(environment, Path(log_path))
            sys.argv = [module]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            os._exit(end.code if isinstance(end.code, int) else 1)
        except BaseException:  # noqa: BLE001 - it is the last thing this process says
            traceback.print_exc()
        os._exit(1)

    def _let_go(self) -> None:
        """The sockets of the others: an end that a child keeps open would never be seen."""
        for key in list(self._selector.get_map().values()):
            cast("socket.socket", key.fileobj).close()
        self._selector.close()


def _become(environment: Mapping[str, str], log_path: Path) -> None:
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    log = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    random.seed()


def main(path: str) -> None:
    """Listen, then load: who comes meanwhile waits for an answer."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{path}.new")
        listening.listen(64)
        Path(f"{path}.new").rename(path)
        for module in _LOADED.values():
            import_module(module)
        gc.freeze()
        Nursery(listening).serve()


if __name__ == "__main__":
    main(sys.argv[1])
