from __future__ import annotations

import asyncio
import sys

import psutil

from benchmarks.tree import Tree
from tests.support.polling import wait_until

CHILD = "import sys; held = bytearray(b'x' * (64 << 20)); print(flush=True); sys.stdin.read()"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"


async def test_memory_and_end_of_a_process_with_its_child() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    tree = Tree(process.pid)
    try:
        await process.stdout.readline()
        watching = asyncio.create_task(tree.watch())
        await wait_until(lambda: tree.peak_mb > 64)
        watching.cancel()
        (child,) = psutil.Process(process.pid).children()
        own_mb = psutil.Process(process.pid).memory_info().rss / 2**20
        assert own_mb < 64 < tree.peak_mb
    finally:
        tree.kill()
        await process.wait()
    await wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    assert tree._processes() == []
