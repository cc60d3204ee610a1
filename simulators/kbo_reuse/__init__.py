"""The KBO reuse file (XML, full and deltas) with the syndics of the VMEs of a synthetic register."""

from simulators.kbo_reuse.write import Manifest, Reuse, write

__all__ = ["Manifest", "Reuse", "write"]
