"""Who may ask what. An address is no personal data; for whom one is followed stays with the desk."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from loketbus.security import Actor, require

DESK = ("dispatcher", "behandelaar", "wachtrijverantwoordelijke", "beheerder", "crm")

Reader = Annotated[Actor, Depends(require(*DESK, "operator"))]
Desk = Annotated[Actor, Depends(require(*DESK))]
Follower = Annotated[Actor, Depends(require("behandelaar", "wachtrijverantwoordelijke", "beheerder", "crm"))]
