"""Roles in a unit, and what each of them may see of it (permissions.md). Who approves in a project is said by the project."""

from enum import StrEnum
from typing import Final

ADMINISTRATOR: Final = "admin"
"""The person who sets everything up, and sees and may do everything but decide (ADR 008)."""


class Role(StrEnum):
    """What a person is in a unit. Operators and auditors only look."""

    MEMBER = "member"
    APPROVER = "approver"
    MANAGER = "manager"
    FINANCE = "finance"
    PLANNER = "planner"
    OPERATOR = "operator"
    AUDITOR = "auditor"


SEES_UNIT: Final = (Role.MANAGER, Role.FINANCE, Role.AUDITOR)
"""Everything of the unit."""
SEES_PRODUCTION: Final = (*SEES_UNIT, Role.APPROVER, Role.MEMBER, Role.PLANNER)
"""Items, orders and ledgers of production."""
SEES_REQUESTS_OF_PRODUCTION: Final = (Role.APPROVER, Role.PLANNER)
"""What is asked for of production, by whomever."""
SEES_PROJECTS: Final = (Role.APPROVER, Role.MEMBER, Role.PLANNER)
"""Which projects there are to work on, without their prices."""
BOOKS: Final = (Role.APPROVER, Role.FINANCE, Role.MANAGER, Role.MEMBER, Role.PLANNER)
"""Writes entries of their own on any project of the unit."""
SEES_DASHBOARD: Final = (Role.OPERATOR, Role.AUDITOR)
"""The dashboard of the whole company, whatever unit they look after (ADR 026)."""
SEES_OUTLINES: Final = (Role.OPERATOR,)
"""How requests stand: states, deadlines and codes, without reasons, amounts and rows."""
