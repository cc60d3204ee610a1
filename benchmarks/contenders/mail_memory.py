"""One large mail from a file into the blob store, as the worker of mail_ingest takes it in."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from benchmarks import mails
from benchmarks.process import Spec, contend, peak_rss_mb
from loketbus.blobs import BlobStore
from services.mail_ingest.parsing import parse_to_blobs


async def main(spec: Spec) -> dict[str, Any]:
    """Returns how far the peak of the process rose for `spec["path"]`, in MB."""
    store = BlobStore(str(Path(spec["folder"]) / "blobs"))
    parse_to_blobs(mails.with_attachments(Random(1), [1_000]), store)  # what any first mail loads
    before = peak_rss_mb()
    stored = parse_to_blobs(Path(spec["path"]), store)
    return {"growth_mb": peak_rss_mb() - before, "attachments": [one.size for one in stored.attachments]}


if __name__ == "__main__":
    contend(main)
