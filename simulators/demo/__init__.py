"""A deterministic corpus of realistic mails to an energy desk, with a manifest of what each one says."""

from simulators.demo.bulk import messages, write_bulk
from simulators.demo.manifest import Entry, Manifest
from simulators.demo.write import write

__all__ = ["Entry", "Manifest", "messages", "write", "write_bulk"]
