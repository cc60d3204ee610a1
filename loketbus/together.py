"""`loketbus up`: Kafka, the demo's outside world, every service; until Ctrl-C, which stops all that was started."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Literal

from loketbus import discovery, topics
from loketbus.errors import OutsideUnavailable
from loketbus.kafka_node import Started
from loketbus.service import Demo, Service
from loketbus.settings import BusSettings, load
from loketbus.supervisor import Child, Supervisor

Say = Callable[[str], None]
Profile = Literal["demo", "live"]


async def up(profile: Profile, *, say: Say) -> None:
    """Run everything until SIGINT or SIGTERM; at the end, all that was started is stopped.

    Raises:
        ConfigurationError, OutsideUnavailable: one line that says what to do.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as started:
        starting = asyncio.create_task(_start_all(load(BusSettings, profile=profile), started, say))
        await _first_of(starting, stop)
        say("Stoppen ...")


async def _first_of(starting: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Until `stop`, also when that comes while we are still starting; what goes wrong at the start is raised."""
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            await stopping
    finally:
        starting.cancel()
        stopping.cancel()
        await asyncio.gather(starting, stopping, return_exceptions=True)


async def _start_all(settings: BusSettings, started: AsyncExitStack, say: Say) -> None:
    if not discovery.names_kafka(settings):
        settings = await _start_kafka(settings, started, say)
    await topics.apply(settings)
    supervisor = Supervisor(say)
    started.push_async_callback(supervisor.stop)
    for name in discovery.installed():
        await _start_service(supervisor, discovery.load_service(name), settings, say)
    say("Alles draait. Ctrl-C stopt alles.")


async def _start_kafka(settings: BusSettings, started: AsyncExitStack, say: Say) -> BusSettings:
    """The local node; it is ours to stop if it was started here, and a start that is under way is waited for."""
    say("Kafka starten ...")
    node = discovery.local_kafka(settings)
    begun = asyncio.create_task(asyncio.to_thread(node.start, say=say))

    async def stop() -> None:
        outcome = (await asyncio.gather(begun, return_exceptions=True))[0]
        if isinstance(outcome, Started) and not outcome.already_running:
            await asyncio.to_thread(node.stop)

    started.push_async_callback(stop)
    running = await asyncio.shield(begun)
    say(f"Kafka draait op {running.bootstrap}.")
    return settings.model_copy(update={"kafka": running.bootstrap})


async def _start_service(supervisor: Supervisor, service: Service[Any], settings: BusSettings, say: Say) -> None:
    environment = {
        "LOKETBUS_PROFILE": settings.profile,
        "LOKETBUS_KAFKA": settings.kafka,
        "LOKETBUS_VAR": str(settings.var),
    }
    page = ""
    if settings.profile == "demo" and service.demo is not None:
        demo = service.demo(settings.var / "demo" / service.name)
        environment |= await _start_demo(supervisor, demo, settings, environment)
        page = demo.page
    file = discovery.address_file(settings, service.name)
    file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "loketbus", "run", service.name, "--with-parent"]
    await supervisor.start(Child(service.name, command, environment, _log(settings, service.name), file.is_file))
    url = json.loads(file.read_text(encoding="utf-8"))["url"]
    say(f"{service.title}: {url}{page}{_token(settings) if page else ''}")


async def _start_demo(
    supervisor: Supervisor, demo: Demo, settings: BusSettings, environment: Mapping[str, str]
) -> dict[str, str]:
    """The outside world of one service; returns the settings that lead the service to it."""
    for command in demo.preparations:
        await _run(command, environment)
    for process in demo.processes:
        ready = process.ready_file
        if ready is not None:
            ready.unlink(missing_ok=True)
        is_ready = None if ready is None else ready.is_file
        await supervisor.start(Child(process.name, process.command, {}, _log(settings, process.name), is_ready))
    return demo.environment()


def _token(settings: BusSettings) -> str:
    """In the demo the page opens with the demo's own token; behind the # it never reaches a server or its log."""
    file = settings.var / "operator.token"
    return f"#token={file.read_text(encoding='utf-8').strip()}" if settings.profile == "demo" and file.is_file() else ""


def _log(settings: BusSettings, name: str) -> Path:
    return settings.var / "log" / f"{name}.log"


async def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """A preparation, to its end."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code != 0:
        raise OutsideUnavailable(f"Een voorbereiding van de demo mislukte (code {code}): {' '.join(command[1:3])}.")
