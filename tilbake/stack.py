"""Everything that has to run, started side by side where possible and stopped in reverse.

Postgres and Temporal are embedded unless the settings name others. The API serves as soon as Postgres is migrated,
even while Temporal still starts or is being built; the worker follows when Temporal knows the search attributes.
As production has it, Temporal keeps its rows in the same Postgres, and there are several APIs and workers (ADR 032, 033).
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from temporalio.client import Client

from tilbake import texts
from tilbake.embedded.health import api_answers, postgres_answers, temporal_answers
from tilbake.embedded.leftovers import end_leftovers
from tilbake.embedded.locks import Held, take_data_dir
from tilbake.embedded.ports import LOOPBACK, free_ports, require_free
from tilbake.embedded.postgres import Postgres
from tilbake.embedded.postgres_files import remove_cluster
from tilbake.embedded.postgres_roles import ensure_roles
from tilbake.embedded.processes import Child
from tilbake.embedded.progress import Say, say_to_terminal
from tilbake.embedded.services import start_api, start_worker, wait_for_api, wait_for_worker
from tilbake.embedded.temporal_on_postgres import UI_NAME, TemporalOnPostgres, listens
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.errors import CannotStart
from tilbake.language import said
from tilbake.layout import ORDINARY, Layout
from tilbake.process.reaching import reach_database, reach_temporal
from tilbake.settings import UI_PATH, Settings
from tilbake.settings.temporal import PLAIN
from tilbake.watch import Answers, StartAgain, Watch, Watched

WorkT = TypeVar("WorkT")
LONGEST_GOODBYE_SECONDS = 9.0  # the worker lets its activities finish for eight


class Stack:
    """A running service: `async with Stack(settings) as stack: ... stack.settings.api_url`.

    From the start on, `settings` hold the addresses in use: what another process needs to join in.
    """

    def __init__(
        self, settings: Settings, *, say: Say = say_to_terminal, durable: bool = True, layout: Layout = ORDINARY
    ) -> None:
        self.settings = settings
        self.children: dict[str, Child] = {}
        self.postgres: Postgres | None = None
        self.temporal: TemporalServer | TemporalOnPostgres | None = None
        self.apis = layout.apis_of(settings)
        self._say = say
        self._durable = durable
        self._layout = layout
        self._postgres_runs = asyncio.Event()
        self._migrated = asyncio.Event()
        self._client: Client
        self._exits = AsyncExitStack()

    @classmethod
    def throw_away(
        cls, settings: Settings | None = None, *, say: Say = say_to_terminal, layout: Layout = ORDINARY
    ) -> Stack:
        """A stack on a temporary directory and free ports, with the test clock; nothing of it is left after the stop.

        From `settings` only what concerns neither places nor addresses is kept.
        """
        directory = Path(tempfile.mkdtemp(prefix="tilbake-"))
        directory.chmod(0o711)  # the account of Postgres has to pass through
        stack = cls(
            _moved_to(directory, settings or Settings.from_environment()), say=say, durable=False, layout=layout
        )
        stack._exits.callback(_remove, directory)
        return stack

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def api_url(self) -> str:
        """Where the API answers, without a slash at the end."""
        return self.settings.api_url

    async def start(self) -> None:
        """Start everything and wait until it serves; when this raises, what had been started is stopped again."""
        try:
            self._take_lock()
            await end_leftovers(self.settings.data_dir, say=self._say)
            await self._require_ports()
            self._choose_servers()
            await _side_by_side(self._start_database_and_api(), self._start_temporal_and_workers())
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop everything in reverse order; safe to call again."""
        await self._exits.aclose()
        self.children.clear()

    async def watching(self, work: Coroutine[object, object, WorkT]) -> WorkT:
        """Run some work on this stack and look after the processes meanwhile; answers what the work answers.

        Raises CannotStart when a process ended and cannot be started again; on a throw-away stack none is.
        """
        watch = asyncio.ensure_future(Watch(self._parts(), say=self._say).run())
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({watch, task}, return_when=asyncio.FIRST_COMPLETED)
            return watch.result() if watch.done() else task.result()
        finally:
            watch.cancel()
            task.cancel()
            await asyncio.wait({watch, task})

    def _parts(self) -> list[Watched]:
        postgres = self._watched("Postgres", self._postgres_again, self._postgres_answers)
        temporal = self._watched("Temporal", self._temporal_again, self._temporal_answers)
        if self.postgres is None:
            postgres.name = said(texts.THE_DATABASE)
        if self.temporal is None:
            temporal.name = "Temporal (TILBAKE_TEMPORAL_ADDRESS)"
        parts = [postgres, temporal]
        if isinstance(self.temporal, TemporalOnPostgres):
            temporal.needs = [postgres]
            parts.append(self._watched(UI_NAME, self._ui_again, partial(listens, self.temporal.ui_port)))
        for name, settings in self.apis.items():
            answers = partial(api_answers, settings, "/healthz")
            parts.append(self._watched(name, partial(self._api_again, name), answers, needs=[postgres]))
        both, names = [postgres, temporal], self._layout.worker_names
        return parts + [self._watched(name, partial(self._worker_again, name), needs=both) for name in names]

    def _watched(
        self, name: str, start_again: StartAgain, answers: Answers | None = None, *, needs: Sequence[Watched] = ()
    ) -> Watched:
        may_start = start_again if self._durable else None
        return Watched(name, lambda: self.children.get(name), start_again=may_start, answers=answers, needs=needs)

    async def _postgres_again(self) -> None:
        assert self.postgres is not None, "only a child of ours is started again"
        await self.postgres.start()
        self._watch_over(self.postgres.child)

    async def _temporal_again(self) -> None:
        assert self.temporal is not None, "only a child of ours is started again"
        await self.temporal.start(say=self._say)
        self._watch_over(self.temporal.child)

    async def _postgres_answers(self) -> bool:
        return await postgres_answers(self.settings.database_url or "")

    async def _temporal_answers(self) -> bool:
        return await temporal_answers(self._client)

    async def _api_again(self, name: str) -> None:
        await self._stop_child(name)
        await self._serve_api(name)

    async def _worker_again(self, name: str) -> None:
        await self._stop_child(name)
        await self._work(name)

    async def _ui_again(self) -> None:
        await self._stop_child(UI_NAME)
        await self._start_ui()

    async def _require_ports(self) -> None:
        """Asked first, so that a taken port costs no time and leaves nothing to stop."""
        for setting, port in self.settings.ports.items():
            host = self.settings.api_host if setting == "TILBAKE_API_PORT" else LOOPBACK
            await require_free([(port, setting)], host=host)

    def _take_lock(self) -> None:
        try:
            lock = take_data_dir(self.settings.data_dir)
        except Held as held:
            raise CannotStart(texts.RUNS_ALREADY, pid=held.pid) from None
        self._exits.callback(lock.release)

    def _choose_servers(self) -> None:
        """Decide what is embedded. All addresses are known before anything runs, so nothing waits for one."""
        settings = self.settings
        if settings.database_url is None:
            server = Postgres(settings.data_dir, settings.cache_dir, settings.postgres_port, durable=self._durable)
            self.postgres = server
            settings = replace(settings, database_url=server.app_url(), owner_database_url=server.owner_url())
        if settings.temporal_address is None:
            self.temporal = self._temporal_server()
            settings = self.temporal.reached_by(settings)
        self.settings = settings
        self.apis = {name: replace(settings, api_own_port=one.api_own_port) for name, one in self.apis.items()}

    def _temporal_server(self) -> TemporalServer | TemporalOnPostgres:
        settings = self.settings
        if not self._layout.temporal_on_postgres:
            return _small_temporal(settings, durable=self._durable)
        if self.postgres is None:
            raise CannotStart(texts.TEMPORAL_NEEDS_OURS)
        port, ui_port = settings.temporal_port, settings.temporal_ui_port
        return TemporalOnPostgres(self.postgres, port, ui_port, time_skipping=settings.test_clock)

    async def _start_database_and_api(self) -> None:
        if self.postgres is not None:
            await self._start_postgres(self.postgres)
        self._postgres_runs.set()
        await reach_database(self.settings)
        self._migrated.set()
        await _side_by_side(*(self._begin(name, self._serve_api(name)) for name in self.apis))

    async def _begin(self, name: str, start: Coroutine[object, object, None]) -> None:
        self._exits.push_async_callback(self._stop_child, name)
        await start

    async def _serve_api(self, name: str) -> None:
        settings = self.apis[name]
        api = start_api(settings, name=name)
        self._watch_over(api)
        await wait_for_api(api, settings)

    async def _start_postgres(self, server: Postgres) -> None:
        self._exits.push_async_callback(server.stop)
        await server.start()
        await ensure_roles(server)
        self._watch_over(server.child)

    async def _start_temporal_and_workers(self) -> None:
        self._client = await self._connect_temporal()
        await self._migrated.wait()
        await _side_by_side(*(self._begin(name, self._work(name)) for name in self._layout.worker_names))

    async def _work(self, name: str) -> None:
        worker = start_worker(self.settings, name=name)
        self._watch_over(worker)
        await wait_for_worker(worker, self._client, self.settings.task_queue)

    async def _connect_temporal(self) -> Client:
        """A client of the given server, or of the embedded one, started; the search attributes are there."""
        if isinstance(self.temporal, TemporalOnPostgres):
            await self.temporal.prepare(say=self._say)
            await self._postgres_runs.wait()
        if self.temporal is not None:
            self._exits.push_async_callback(self.temporal.stop)
            await self.temporal.start(say=self._say)
            self._watch_over(self.temporal.child)
        if isinstance(self.temporal, TemporalOnPostgres):
            self._exits.push_async_callback(self.temporal.stop_ui)
            await self._start_ui()
        return await reach_temporal(self.settings)

    async def _start_ui(self) -> None:
        assert isinstance(self.temporal, TemporalOnPostgres), "only then it is a process of its own"
        await self.temporal.start_ui()
        self._watch_over(self.temporal.ui_child)

    async def _stop_child(self, name: str) -> None:
        child = self.children.get(name)
        if child is not None:
            await child.stop(grace_seconds=LONGEST_GOODBYE_SECONDS + self.settings.drain_seconds)

    def _watch_over(self, child: Child | None) -> None:
        if child is not None:
            self.children[child.name] = child


def _moved_to(directory: Path, settings: Settings) -> Settings:
    api, postgres, temporal, ui = free_ports(4)
    return replace(
        settings,
        database_url=None,
        owner_database_url=None,
        temporal_address=None,
        temporal_namespace="default",
        **PLAIN,
        temporal_ui_url=f"http://127.0.0.1:{ui}{UI_PATH}",
        data_dir=directory,
        api_host="127.0.0.1",
        api_port=api,
        api_own_port=None,
        postgres_port=postgres,
        temporal_port=temporal,
        temporal_ui_port=ui,
        mode="development",
        test_clock=True,
        public_url=f"http://127.0.0.1:{api}",
        front_end_url=None,
        secrets_key_file=None,
        smtp_host=None,  # nobody is written to by what is thrown away
    )


def _small_temporal(settings: Settings, *, durable: bool) -> TemporalServer:
    return TemporalServer(
        data_dir=settings.data_dir,
        cache_dir=settings.cache_dir,
        port=settings.temporal_port,
        ui_port=settings.temporal_ui_port,
        database=settings.data_dir / "temporal.db" if durable else None,
        time_skipping=settings.test_clock,
    )


async def _side_by_side(*steps: Coroutine[object, object, None]) -> None:
    """Run the steps together; the first failure cancels the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(step)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _remove(directory: Path) -> None:
    remove_cluster(directory)
    shutil.rmtree(directory, ignore_errors=True)
