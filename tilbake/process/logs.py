"""Logs are events with stable names and ids, one JSON object a line; no prose, no reasons, no amounts, no personal data."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from structlog.typing import Processor

from telemetry.failures import described_info
from telemetry.trace import add_ids

_SAYS_ITS_EVENTS: Final = "library.said"
_QUOTED: Final = re.compile(r"[\n({\[<'\":=]")
"""Where the words of a library end, and what it quotes begins: ids, arguments, what was raised."""
_OF_DELIVERIES: Final = re.compile(r"\bdelivery-\S+")
"""Ids of workflows that name the person a mail is for."""
_LINE: Final = re.compile(r"\n")
_QUOTE_NOTHING: Final = ("uvicorn.error",)
"""Loggers whose first lines hold addresses of ours and nothing that was sent."""


def configure_logs(level: str) -> None:
    """Write events of at least this level to standard output; what libraries have to say from warnings on, in the same form."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        add_ids,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Without local variables and texts that may quote them: those are reasons, names and amounts.
    written: list[Processor] = [
        structlog.processors.ExceptionRenderer(described_info),
        structlog.processors.JSONRenderer(),
    ]
    _configure_libraries(max(number, logging.WARNING), [_library_event, *shared], written)
    structlog.configure(
        processors=[*shared, *written],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        cache_logger_on_first_use=True,
    )


def _configure_libraries(level: int, before: list[Processor], written: list[Processor]) -> None:
    handler = logging.StreamHandler(sys.stdout)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=[remove, *written]))
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _library_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What a library has logged is an event as well: who says it, and how its text begins."""
    record: logging.LogRecord = event["_record"]
    said = (_LINE if record.name in _QUOTE_NOTHING else _QUOTED).split(str(event["event"]), maxsplit=1)[0].strip()
    event.update(event=_SAYS_ITS_EVENTS, logger=record.name, text=_OF_DELIVERIES.sub("delivery", said))
    return event
