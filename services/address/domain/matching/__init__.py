"""From what somebody wrote to an address of the register, or to an honest no. Pure: all facts come from the lookup."""

from services.address.domain.matching.deciding import match

__all__ = ["match"]
