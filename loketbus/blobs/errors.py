"""What can be wrong with a blob. A store that cannot be reached, or a full disk, is `Unavailable` instead.

BlobError
 +- BlobMissing    no blob with this hash
 +- BlobCorrupt    its bytes do not have its hash: damaged on disk, restore it from a backup
 +- BlobTooLarge   more bytes than the caller accepts
"""

from __future__ import annotations

from loketbus.errors import LoketbusError


class BlobError(LoketbusError):
    """Root; `sha256` is the blob's name, None while it has none."""

    def __init__(self, sha256: str | None, text: str) -> None:
        super().__init__(text)
        self.sha256 = sha256


class BlobMissing(BlobError):
    """No blob with this hash."""

    def __init__(self, sha256: str) -> None:
        super().__init__(sha256, f"blob {sha256} does not exist")


class BlobCorrupt(BlobError):
    """The bytes of a blob do not have its hash."""

    def __init__(self, sha256: str) -> None:
        super().__init__(sha256, f"blob {sha256} is damaged")


class BlobTooLarge(BlobError):
    """More than `max_bytes`."""

    def __init__(self, max_bytes: int, sha256: str | None = None) -> None:
        super().__init__(sha256, f"a blob of more than {max_bytes} bytes was refused")
        self.max_bytes = max_bytes
