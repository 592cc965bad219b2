"""No workflow, and no line of one, is without a recorded history: what nobody recorded, nobody replays."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.workflow import _Definition

import workflows
from tests.replay.every import EVERY_PATH, WORKFLOWS
from tests.replay.recorded import read

pytestmark = pytest.mark.workflow
Lines = dict[str, set[int]]
MODULES = sorted({str(sys.modules[one.__module__].__file__) for one in WORKFLOWS})


def test_every_workflow_of_the_product_has_a_recorded_history() -> None:
    for module in pkgutil.iter_modules(workflows.__path__):
        importlib.import_module(f"workflows.{module.name}")
    product = {name for name, file in defined().items() if file in files_of(workflows.__path__[0])}

    assert product == {started(path) for path in EVERY_PATH}
    assert product == {str(_Definition.must_from_class(one).name) for one in WORKFLOWS}


async def test_every_line_of_a_workflow_is_run_by_a_recorded_history() -> None:
    with traced() as run:
        replayer = Replayer(workflows=WORKFLOWS, workflow_runner=UnsandboxedWorkflowRunner())
        for path in EVERY_PATH:
            await replayer.replay_workflow(read(path))

    missed = {f"{Path(file).name}:{line}" for file in MODULES for line in lines_of(file) - run[file]}
    assert missed == set()


def defined() -> dict[str, str]:
    """The workflows of all modules that are loaded: the file of each, by its name."""
    return {
        str(found.name): str(sys.modules[one.__module__].__file__)
        for module in list(sys.modules.values())
        for one in vars(module).values()
        if isinstance(one, type) and (found := _Definition.from_class(one)) is not None
    }


def files_of(folder: str) -> set[str]:
    return {str(file) for file in Path(folder).glob("*.py")}


def started(path: str) -> str:
    """The type of the workflow whose history this is."""
    return read(path).events[0].workflow_execution_started_event_attributes.workflow_type.name


@contextmanager
def traced() -> Iterator[Lines]:
    """The lines of the workflows that run meanwhile in threads that begin meanwhile, as those of a replayer do."""
    run: Lines = defaultdict(set)

    def see(frame: FrameType, event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename not in MODULES:
            return None
        if event == "line":
            run[frame.f_code.co_filename].add(frame.f_lineno)
        return see

    threading.settrace(see)
    try:
        yield run
    finally:
        threading.settrace(None)


def lines_of(file: str) -> set[int]:
    """The lines of all functions of a module; what stands outside of them runs whenever it is loaded."""

    def within(code: CodeType) -> Iterator[int]:
        for one in code.co_consts:
            if isinstance(one, CodeType):
                if not is_class(one):
                    yield from (line for _, _, line in one.co_lines() if line and line != one.co_firstlineno)
                yield from within(one)

    return set(within(compile(Path(file).read_text(encoding="utf-8"), file, "exec")))


def is_class(code: CodeType) -> bool:
    return "__module__" in code.co_names
