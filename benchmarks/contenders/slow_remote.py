"""An outside system on loopback that answers every request after `seconds`. Prints its port; ends with its input."""

from __future__ import annotations

import asyncio
import json
import sys

import uvloop

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


async def serve(seconds: float) -> None:
    """Answer until standard input ends."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(_length(head))
                await asyncio.sleep(seconds)
                writer.write(ANSWER)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)


def _length(head: bytes) -> int:
    lines = (line.split(b":", 1) for line in head.split(b"\r\n") if b":" in line)
    return next((int(value) for name, value in lines if name.lower() == b"content-length"), 0)


if __name__ == "__main__":
    uvloop.run(serve(json.loads(sys.argv[1])["seconds"]))
