"""`python -m simulators.kbo --out DIR`: writes a synthetic register."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from simulators.kbo import Spec, write
from simulators.kbo.faults import gap, last_update, truncate, wrong_type
from simulators.kbo.manifest import Manifest

FAULTS = ("truncated", "wrong_type", "gap")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators.kbo", description="Write a synthetic company register.")
    usual = Spec()
    parser.add_argument("--out", type=Path, required=True, help="folder for the zip files and manifest.json")
    parser.add_argument("--scale", type=float, default=usual.scale, help="1 is the real size: 46.8 million rows")
    parser.add_argument("--seed", type=int, default=usual.seed, help="another seed, another register")
    parser.add_argument("--updates", type=int, default=usual.updates, help="days after the first Full")
    parser.add_argument("--changes", type=int, help="enterprises that each update touches (default: a working day's)")
    parser.add_argument("--snapshot", type=date.fromisoformat, default=usual.snapshot, help="of the first Full")
    parser.add_argument("--extract", type=int, default=usual.extract, help="number of the first Full")
    parser.add_argument("--bom", action="store_true", help="begin each CSV with a byte order mark")
    parser.add_argument("--duplicates", type=int, default=0, help="entities per table whose rows are repeated")
    parser.add_argument("--no-next-full", action="store_true", help="leave out the Full of the last day")
    parser.add_argument("--jobs", type=int, help="processes that draw rows (default: one per core when it is worth it)")
    parser.add_argument(
        "--fault", choices=FAULTS, action="append", default=[],
        help="the last archive is cut; the last Update is called a Full; an Update is missing",
    )  # fmt: skip
    return parser


def _spoil(out: Path, manifest: Manifest, faults: Sequence[str]) -> None:
    """Damage the files as asked; the manifest keeps telling what they were."""
    if "truncated" in faults:
        truncate(out / manifest.archives[-1].file)
    if "gap" in faults:
        gap(out, manifest)
    if "wrong_type" in faults:
        wrong_type(out / last_update(manifest).file)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 2 with one line when the question or the folder is wrong."""
    options = _parser().parse_args(arguments)
    fields = ("scale", "seed", "updates", "changes", "snapshot", "extract", "bom", "duplicates")
    try:
        spec = Spec(**{field: getattr(options, field) for field in fields})
        manifest = write(options.out, spec, next_full=not options.no_next_full, jobs=options.jobs)
        _spoil(options.out, manifest, options.fault)
    except (ValueError, OSError) as error:
        print(f"cannot write the register: {error}", file=sys.stderr)
        return 2
    for archive in manifest.archives:
        print(f"{archive.file}: {sum(archive.rows.values()):,} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
