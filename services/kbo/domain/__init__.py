"""Pure rules of the company register. No I/O."""

from services.kbo.domain.finding import Found, find_numbers
from services.kbo.domain.numbers import Kind, Note, NumberCheck, candidates, check, display, kind_of, valid_digits

__all__ = [
    "Found",
    "Kind",
    "Note",
    "NumberCheck",
    "candidates",
    "check",
    "display",
    "find_numbers",
    "kind_of",
    "valid_digits",
]
