"""`python -m loketbus_contracts`: write the schemas and the AsyncAPI document; --check says what is out of date."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from loketbus_contracts import _generate


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 fine, 1 refused (reasons on stderr)."""
    parser = argparse.ArgumentParser(prog="python -m loketbus_contracts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something would change")
    parser.add_argument("--root", type=Path, default=_generate.ROOT, help="the contracts folder (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    problems = _generate.check(chosen.root) if chosen.check else _generate.write(chosen.root)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
