"""`python -m simulators.address --out DIR`: writes the downloads of a made-up address register."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from simulators.address.write import AREAS, write

FORMATS = ("dbf", "best", "both")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulators.address", description="Write the downloads of a made-up address register."
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the zip files and manifest.json")
    parser.add_argument("--area", choices=tuple(AREAS), default="mechelen", help="which municipalities")
    parser.add_argument("--nis", type=int, nargs="+", help="these municipalities instead of an area")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is the real size: 3.7 million addresses")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another register")
    parser.add_argument("--format", choices=FORMATS, default="dbf", help="the register's own extract, BeSt, or both")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 2 with one line when the question or the folder is wrong."""
    options = _parser().parse_args(arguments)
    try:
        manifest = write(
            options.out,
            options.nis or AREAS[options.area],
            seed=options.seed,
            scale=options.scale,
            dbf=options.format != "best",
            best=options.format != "dbf",
        )
    except (ValueError, OSError) as error:
        print(f"cannot write the register: {error}", file=sys.stderr)
        return 2
    for name, rows in manifest.files.items():
        print(f"{name}: {sum(rows.values()):,} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
