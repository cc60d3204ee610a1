"""A synthetic company register (KBO Open Data): a Full, Updates and the next Full, at any scale."""

from simulators.kbo.archives import Archive, file_name
from simulators.kbo.manifest import Happening, Manifest
from simulators.kbo.spec import Spec
from simulators.kbo.write import write

__all__ = ["Archive", "Happening", "Manifest", "Spec", "file_name", "write"]
