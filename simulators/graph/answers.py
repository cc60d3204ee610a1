"""What a handler answers, before faults and HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON_TYPE = "application/json;odata.metadata=minimal;charset=utf-8"


@dataclass(slots=True)
class Answer:
    """JSON (a dict), raw bytes, or nothing."""

    body: dict[str, Any] | bytes | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE
    break_at: int | None = None
    """The connection is reset after that many bytes."""
