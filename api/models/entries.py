"""Bodies about entries."""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import ConfigDict, field_validator, model_validator

from api.models.base import Body, Many, never_null
from api.models.fields import Amount, Day, Line, Note, PersonId, Price, Quantity, ResourceId, UnitId, not_expected
from api.models.setup import Rates

BillingTypeName = Literal["chargeable", "non_chargeable", "complimentary", "not_available"]


AmountMethodName = Literal["multiply", "fixed"]


class Dimensions(Body):
    """What an entry is booked on besides its project."""

    task: Line | None = None
    role: Line | None = None
    category: Line | None = None
    product: Line | None = None
    unit_of_measure: Line | None = None


class _Details(Dimensions):
    """What an entry may have."""

    description: Note | None = None
    amount: Amount | None = None
    cost_price: Price | None = None
    sales_price: Price | None = None


class NewEntry(_Details):
    """An entry of a project, or of a unit without one: exactly one of the two is named."""

    project: ResourceId | None = None
    unit: UnitId | None = None
    kind: Literal["time", "expense", "material"]
    date: Day
    quantity: Quantity
    owner: PersonId | None = None
    billing_type: BillingTypeName = "chargeable"
    amount_method: AmountMethodName = "multiply"
    external: bool = False

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        if (self.project is None) == (self.unit is None):
            raise not_expected("project_or_unit")
        return self


_ALWAYS_THERE: Final = ("date", "quantity", "billing_type", "amount_method", "external")


class EntryChanges(_Details):
    """Only what is to change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra=never_null(*_ALWAYS_THERE))

    date: Day | None = None
    quantity: Quantity | None = None
    billing_type: BillingTypeName | None = None
    amount_method: AmountMethodName | None = None
    external: bool | None = None

    @field_validator(*_ALWAYS_THERE)
    @classmethod
    def _is_there(cls, value: object) -> object:
        """What every entry has can be changed, not taken away."""
        if value is None:
            raise not_expected("required")
        return value


class Chosen(Body):
    entries: Many[ResourceId]


class Approval(Chosen):
    billable: Quantity | None = None
    billing_type: BillingTypeName | None = None


class Rejection(Chosen):
    comment: Note | None = None


class DimensionChanges(Dimensions):
    """At least one dimension; one that is null is taken away."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise not_expected("required")
        return self


class Correction(Chosen):
    """Dimensions to change; what is left out stays."""

    fields: DimensionChanges


class Repricing(Chosen):
    rates: Rates
