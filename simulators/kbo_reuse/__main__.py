"""`python -m simulators.kbo_reuse --register DIR --out DIR`: writes the reuse files of a synthetic register."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from simulators.kbo_reuse import write


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 2 with one line when there is no register."""
    parser = argparse.ArgumentParser(prog="python -m simulators.kbo_reuse", description="Write KBO reuse files (XML).")
    parser.add_argument("--register", type=Path, required=True, help="folder that simulators.kbo wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for full/, delta/ and manifest.json")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other syndics")
    options = parser.parse_args(arguments)
    try:
        manifest = write(options.register, options.out, seed=options.seed)
    except (ValueError, OSError) as error:
        print(f"cannot write the files: {error}", file=sys.stderr)
        return 2
    for archive in manifest.archives:
        print(f"{archive.file}: sequence {archive.sequence}, {archive.entities:,} entities")
    return 0


if __name__ == "__main__":
    sys.exit(main())
