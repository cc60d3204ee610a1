"""The API of the Flemish address register over a made-up world: v2, v3 and the change feeds."""

from simulators.address.api.app import KEY, AddressRegisterOptions
from simulators.address.api.simulator import AddressRegisterControl, AddressRegisterSimulator

__all__ = ["KEY", "AddressRegisterControl", "AddressRegisterOptions", "AddressRegisterSimulator"]
