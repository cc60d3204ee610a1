"""Reading the replica of the address register. Blocking, no network."""

from services.address.questions.register import Register
from services.address.questions.view import View

__all__ = ["Register", "View"]
