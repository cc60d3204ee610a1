"""What only `make chaos` runs whole."""

from __future__ import annotations

import os

import pytest

WHOLE_MATRIX = os.environ.get("LOKETBUS_TEST_WHOLE_MATRIX") == "1"
only_chaos = pytest.mark.skipif(not WHOLE_MATRIX, reason="make chaos runs the suite on this too")
