"""The base of every request body: unknown members are refused, nothing is converted by guess, nothing changes later."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from domain.limits import MOST_LINES

Item = TypeVar("Item")

# A JSON list, kept as a tuple. Its items stay strict.
Many = Annotated[tuple[Item, ...], Strict(strict=False), Field(max_length=MOST_LINES)]


def never_null(*names: str) -> Callable[[dict[str, Any]], None]:
    """The `json_schema_extra` of a body of changes in which these members may be left out and are never null."""

    def without_null(schema: dict[str, Any]) -> None:
        for name in names:
            member = schema["properties"][name]
            (kind,) = (one for one in member.pop("anyOf") if one != {"type": "null"})
            member |= kind

    return without_null


class Body(BaseModel):
    """A request body. Closed choices are Literal types; lists are Many[...]; figures, days and ids are in fields.py."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _is_no_fraction(cls, given: Any) -> Any:
        """The framework reads attributes, too: a Decimal would do for a body that needs no member."""
        if isinstance(given, Decimal):
            raise PydanticCustomError("model_attributes_type", "a number is no object")
        return given
