"""The base of every request body: unknown members are refused, nothing is converted by guess, nothing changes later."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict

from domain.limits import MOST_LINES

Item = TypeVar("Item")

# A JSON list, kept as a tuple. Its items stay strict.
Many = Annotated[tuple[Item, ...], Strict(strict=False), Field(max_length=MOST_LINES)]


class Body(BaseModel):
    """A request body. Closed choices are Literal types; lists are Many[...]; figures, days and ids are in fields.py."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True)
