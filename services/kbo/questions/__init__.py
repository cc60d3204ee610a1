"""Reading the replica of the register: by number, name, address, legal form and postcode. Blocking, no network."""

from services.kbo.questions.register import Register
from services.kbo.questions.view import View

__all__ = ["Register", "View"]
