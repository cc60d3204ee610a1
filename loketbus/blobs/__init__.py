"""Bodies, attachments and files: stored under their SHA-256, streamed, checked at every read.

`put` makes a blob durable before it returns, so that a transaction that refers to it can follow. Who refers to what is
the ledger's business; `sweep` deletes what nobody refers to and nobody wrote for a week.
"""

from loketbus.blobs.errors import BlobCorrupt, BlobError, BlobMissing, BlobTooLarge
from loketbus.blobs.store import BlobInfo, BlobStore, Source, Swept, open_store

__all__ = [
    "BlobCorrupt",
    "BlobError",
    "BlobInfo",
    "BlobMissing",
    "BlobStore",
    "BlobTooLarge",
    "Source",
    "Swept",
    "open_store",
]
