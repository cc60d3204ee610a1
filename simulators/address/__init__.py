"""A made-up Flemish address register: its downloads, its API (v2, v3) and its change feeds.

`make_world` and `stream` make it, `editing.Editor` changes it, `dbf` and `best` write its downloads, `api` serves it.
"""

from simulators.address.generate import make_world, stream
from simulators.address.plan import MECHELEN, NEIGHBOURS
from simulators.address.world import World

__all__ = ["MECHELEN", "NEIGHBOURS", "World", "make_world", "stream"]
