"""Types of single members: decimal texts, days, ids and texts. Each has one plain form and refuses every other.

The words of their errors are keys of domain.terms.EXPECTED.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from domain import limits
from domain.limits import FIRST_YEAR, LAST_YEAR, LONGEST_LINE, LONGEST_TEXT, Limit
from domain.mail_address import ADDRESS, LONGEST_ADDRESS, is_address
from domain.recall.calendar import WorkingHours
from domain.recall.policy import After, read_after
from domain.terms import EXPECTED

PERSON_ID = r"[a-z0-9][a-z0-9._-]{0,63}"

_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DURATION = re.compile(r"([1-9][0-9]{0,4})([dhm])")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DURATION_UNIT = {"d": "days", "h": "hours", "m": "minutes"}


def not_expected(word: str, **facts: str) -> PydanticCustomError:
    """The error of a value that is not what was expected; word: a key of domain.terms.EXPECTED, facts: what that names."""
    return PydanticCustomError(word, EXPECTED[word].en, facts)


def plain_decimal(number: Decimal) -> str:
    """A number in its plain form: no exponent, no minus zero."""
    return format(number or abs(number), "f")


def decimal_text(limit: Limit, *, signed: bool = False) -> Callable[[object], Decimal]:
    """A reader of decimal texts within a limit; no exponent, no plus sign."""

    def read(value: object) -> Decimal:
        found = _DECIMAL.fullmatch(value) if isinstance(value, str) else None
        if not found:
            raise not_expected("decimal_text")
        sign, whole, fraction = found.groups(default="")
        if sign and not signed:
            raise not_expected("larger", least="0")
        found_excess = limits.excess(limit, digits=len(whole), places=len(fraction))
        if found_excess is not None:
            raise not_expected(found_excess.expected, most=str(found_excess.most))
        return Decimal(found.group())

    return read


def _above_zero(number: Decimal) -> Decimal:
    if number <= 0:
        raise not_expected("larger", above="0")
    return number


def _percent(number: Decimal) -> Decimal:
    if number > 100:
        raise not_expected("smaller", most="100")
    return _above_zero(number)


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None:
        raise not_expected("day")
    if not limits.is_known_day(day):
        raise not_expected("day_range")
    return day


def _instant(value: object) -> datetime:
    """An instant, of which microseconds are kept: some languages write nanoseconds."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    try:
        instant = (
            datetime.fromisoformat(value.upper()) if isinstance(value, str) and _INSTANT.fullmatch(value) else None
        )
        inside = instant is not None and FIRST_YEAR <= instant.year <= LAST_YEAR
        return instant.astimezone(UTC) if instant is not None and inside else _no_instant()
    except (ValueError, OverflowError):
        return _no_instant()


def _no_instant() -> datetime:
    raise not_expected("instant")


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise not_expected("duration")
    return timedelta(**{_DURATION_UNIT[found.group(2)]: int(found.group(1))})


def _policy_time(value: object) -> After:
    found = read_after(value) if isinstance(value, str) else value
    if not isinstance(found, (timedelta, WorkingHours)):
        raise not_expected("policy_time")
    return found


def _clock_time(value: object) -> time:
    found = value if isinstance(value, time) else None
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        found = time.fromisoformat(value)
    if found is None:
        raise not_expected("clock_time")
    return found


def _identifier(value: str) -> str:
    if not re.fullmatch(PERSON_ID, value):
        raise not_expected("identifier")
    return value


def _currency(value: str) -> str:
    if not re.fullmatch("[A-Z]{3}", value):
        raise not_expected("currency")
    return value


def _email_address(value: str) -> str:
    if not is_address(value):
        raise not_expected("email_address")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise not_expected("not_empty")
    return value


def _one_line(value: str) -> str:
    if "\n" in value or "\t" in value:
        raise not_expected("one_line")
    return value


def _schema(example: str, **more: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": [example], **more})


_PLAIN = PlainSerializer(plain_decimal, return_type=str)


def _decimal_schema(example: str, limit: Limit, *, before: str = "") -> WithJsonSchema:
    """A decimal text within a limit; before: what the pattern begins with."""
    digits = rf"(0|[1-9][0-9]{{0,{limit.digits - 1}}})(\.[0-9]{{1,{limit.places}}})?"
    return _schema(example, pattern=f"^{before}{digits}$")


_SIGN = "-?"
_NOT_ZERO = r"(?![0.]+$)"


Quantity = Annotated[
    Decimal,
    BeforeValidator(decimal_text(limits.QUANTITY)),
    _PLAIN,
    _decimal_schema("7.25", limits.QUANTITY),
]
PositiveQuantity = Annotated[
    Decimal,
    BeforeValidator(decimal_text(limits.QUANTITY)),
    AfterValidator(_above_zero),
    _PLAIN,
    _decimal_schema("7.25", limits.QUANTITY, before=_NOT_ZERO),
]
SignedQuantity = Annotated[
    Decimal,
    BeforeValidator(decimal_text(limits.QUANTITY, signed=True)),
    _PLAIN,
    _decimal_schema("-7.25", limits.QUANTITY, before=_SIGN),
]
AmountLimit = Annotated[
    Decimal,
    BeforeValidator(decimal_text(limits.AMOUNT)),
    _PLAIN,
    _decimal_schema("50000", limits.AMOUNT),
]
Price = Annotated[
    Decimal,
    BeforeValidator(decimal_text(limits.PRICE)),
    _PLAIN,
    _decimal_schema("200", limits.PRICE),
]
Amount = Annotated[
    Decimal,
    BeforeValidator(decimal_text(limits.AMOUNT, signed=True)),
    _PLAIN,
    _decimal_schema("1234.50", limits.AMOUNT, before=_SIGN),
]
PositiveAmount = Annotated[
    Decimal,
    BeforeValidator(decimal_text(limits.AMOUNT)),
    AfterValidator(_above_zero),
    _PLAIN,
    _decimal_schema("1234.50", limits.AMOUNT, before=_NOT_ZERO),
]
Rate = Annotated[
    Decimal,
    BeforeValidator(decimal_text(limits.EXCHANGE_RATE)),
    AfterValidator(_above_zero),
    _PLAIN,
    _decimal_schema("11.2345", limits.EXCHANGE_RATE, before=_NOT_ZERO),
]
Share = Annotated[
    Decimal,
    BeforeValidator(decimal_text(limits.SHARE)),
    AfterValidator(_percent),
    _PLAIN,
    _decimal_schema("33.33333", limits.SHARE, before=_NOT_ZERO),
]
Day = Annotated[date, BeforeValidator(_day), _schema("2026-02-02", format="date")]
Instant = Annotated[datetime, BeforeValidator(_instant), _schema("2026-03-02T10:00:00Z", format="date-time")]
Duration = Annotated[timedelta, BeforeValidator(_duration), _schema("3d", pattern="^[1-9][0-9]{0,4}[dhm]$")]
PolicyTime = Annotated[After, BeforeValidator(_policy_time), _schema("16wh", pattern="^[1-9][0-9]{0,4}(d|h|m|wh)$")]
ClockTime = Annotated[time, BeforeValidator(_clock_time), _schema("08:00", pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Currency = Annotated[str, AfterValidator(_currency), _schema("NOK", pattern="^[A-Z]{3}$")]
ReasonCodeId = Annotated[str, AfterValidator(_identifier), _schema("wrong_project", pattern=f"^{PERSON_ID}$")]
PersonId = Annotated[str, AfterValidator(_identifier), _schema("bob", pattern=f"^{PERSON_ID}$")]
UnitId = Annotated[str, AfterValidator(_identifier), _schema("oslo", pattern=f"^{PERSON_ID}$")]
ChannelId = Annotated[str, AfterValidator(_identifier), _schema("mail", pattern=f"^{PERSON_ID}$")]
EmailAddress = Annotated[
    str,
    AfterValidator(_email_address),
    _schema("mia@example.com", pattern=f"^{ADDRESS}$", maxLength=LONGEST_ADDRESS),
]
_ONE_LINE = Field(json_schema_extra={"pattern": r"^[^\n\r\t]*$"})
ResourceId = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_one_line), _ONE_LINE]
ReasonText = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Comment = Annotated[
    str,
    StringConstraints(max_length=LONGEST_TEXT),
    AfterValidator(_not_blank),
    Field(json_schema_extra={"minLength": 1, "pattern": r"\S"}),
]
Note = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LINE), AfterValidator(_one_line), _ONE_LINE]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_LINE),
    AfterValidator(_one_line),
    AfterValidator(_not_blank),
    Field(json_schema_extra={"pattern": r"^[^\n\r\t]*[^\s][^\n\r\t]*$"}),
]
