"""What a failed statement says goes to logs and to Temporal: never the values it was run with."""

from __future__ import annotations

import json
import logging
import traceback

import asyncpg
import pytest
import structlog

from store.database import Database, execute
from tests.databases import FreshDatabase
from tilbake.process.logs import configure_logs

pytestmark = pytest.mark.store

SECRET = "berg 1600.25"
NEW_PERSON = "insert into person (id, name) values (:id, :name)"
NEW_UNIT = "insert into unit (id, name, currency) values (:id, :name, null)"


@pytest.mark.parametrize(
    ("sql", "values", "kind"),
    [
        pytest.param(NEW_PERSON, {"id": "admin", "name": SECRET}, "UniqueViolation", id="taken key"),
        pytest.param(NEW_PERSON, {"id": None, "name": SECRET}, "NotNullViolation", id="row that is refused"),
        pytest.param(NEW_UNIT, {"id": SECRET, "name": SECRET}, "NotNullViolation", id="row of amounts"),
        pytest.param("select cast(:value as integer)", {"value": SECRET}, "DataError", id="value of another type"),
        pytest.param("select cast(:value as uuid)", {"value": SECRET}, "DataError", id="text that is no id"),
        pytest.param(
            "select cast(:value as date)", {"value": SECRET}, "DataError", id="text that the driver does not send"
        ),
        pytest.param("select cast(:value as jsonb)", {"value": "{" + SECRET}, "Invalid", id="text that is no JSON"),
        pytest.param(
            "select cast(cast(:value as text) as date)", {"value": SECRET}, "Invalid", id="text that is no day"
        ),
    ],
)
async def test_a_failed_statement_does_not_tell_its_values(
    sql: str, values: dict[str, object], kind: str, database: FreshDatabase
) -> None:
    own = Database(database.app_url, pool_size=1)
    try:
        with pytest.raises(asyncpg.PostgresError) as failure:
            async with own.begin() as connection:
                await execute(connection, sql, **values)
    finally:
        await own.close()

    said = "".join(traceback.format_exception(failure.value))
    assert kind in said
    assert SECRET not in said


def _fail_with(reason: str) -> None:
    try:
        dict[str, str]()[reason]
    except KeyError as error:
        raise LookupError(reason) from error


def test_a_logged_failure_tells_its_kind_and_place_and_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    try:
        _fail_with(SECRET)
    except LookupError:
        structlog.get_logger().exception("something.failed")
        logging.getLogger("some.library").warning("Something failed: %s", SECRET, exc_info=True)
        logging.getLogger("some.library").warning("Failed workflow with ID delivery-7-mail-jorunn.berg and run ID 1")
    finally:
        structlog.reset_defaults()

    logged = capsys.readouterr().out
    own, library, delivery = [json.loads(line) for line in logged.splitlines()]
    assert own["event"] == "something.failed"
    assert (library["event"], library["logger"], library["text"]) == (
        "library.said",
        "some.library",
        "Something failed",
    )
    assert delivery["text"] == "Failed workflow with ID delivery and run ID 1"
    for event in (own, library):
        assert [one["type"] for one in event["exception"]] == ["LookupError", "KeyError"]
        assert event["exception"][0]["at"][-1].endswith("_fail_with")
    assert SECRET not in logged
