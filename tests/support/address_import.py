"""An import as a process of its own, that a test may kill or starve: `python -m tests.support.address_import JSON`."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from loketbus.errors import Rejected
from services.address.register.importing import import_download


def main() -> None:
    """Import; say `loaded EXTRACT` or `refused CODE: SENTENCE`."""
    given = json.loads(sys.argv[1])
    if given.get("file_bytes"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (given["file_bytes"], resource.RLIM_INFINITY))
    try:
        report = import_download(Path(given["folder"]), Path(given["path"]), nis=given.get("nis"))
    except Rejected as refused:
        sys.stdout.write(f"refused {refused}\n")
    else:
        sys.stdout.write(f"loaded {report.extract}\n")


main()
