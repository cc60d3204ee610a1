"""`python -m simulators.demo --out DIR`: writes the demo corpus."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from simulators.demo.bulk import write_bulk
from simulators.demo.write import write

DEFAULT_NOW = "2026-11-20T12:00"
DEFAULT_SEED = 2800


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators.demo", description="Write a folder of realistic mails.")
    parser.add_argument("--out", type=Path, required=True, help="folder for inbox/, sent/ and manifest.json")
    parser.add_argument("--count", type=int, default=200, help="mails in the inbox (default 200)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed, another cast")
    parser.add_argument("--now", type=datetime.fromisoformat, default=DEFAULT_NOW, help="no mail is younger (ISO 8601)")
    parser.add_argument(
        "--bulk", action="store_true", help="many small plain mails straight in --out, without manifest"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 2 with one line when the folder or the count is wrong."""
    options = _parser().parse_args(arguments)
    if options.count < 1:
        print("--count must be at least 1", file=sys.stderr)
        return 2
    try:
        if options.bulk:
            print(f"{len(write_bulk(options.out, options.count, options.seed, options.now))} mails")
            return 0
        manifest = write(options.out, options.count, options.seed, options.now)
    except OSError as error:
        print(f"cannot write the mails: {error}", file=sys.stderr)
        return 2
    print(f"{len(manifest.inbox)} mails in inbox/, {len(manifest.sent)} in sent/, facts in manifest.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
