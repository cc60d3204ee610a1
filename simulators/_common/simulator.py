"""The life of a simulator in a test or a demo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Literal, Self

from starlette.types import ASGIApp

from simulators._common.runner import ProcessRunner, ThreadRunner
from simulators._common.tls import HOST, Tls

RunAs = Literal["thread", "process"]


class Simulator:
    """Runs between `with` and its end.

    Args:
        make_app: what a thread serves.
        module: what a process runs, with `arguments`.
        arguments: of its command line.
        run_as: "thread" starts at once; "process" lives and dies by itself.
        tls: serve https with it; the process gets it by its arguments.
    """

    def __init__(
        self,
        make_app: Callable[[], ASGIApp],
        module: str,
        arguments: Sequence[str],
        run_as: RunAs,
        tls: Tls | None = None,
    ) -> None:
        self._runner: ThreadRunner | ProcessRunner = (
            ThreadRunner(make_app, tls) if run_as == "thread" else ProcessRunner(module, arguments)
        )
        self._scheme = "http" if tls is None else "https"
        self._port = 0

    @property
    def base_url(self) -> str:
        """Without a path."""
        return f"{self._scheme}://{HOST}:{self._port}"

    def start(self) -> None:
        """Serve, on the same port as before if it ran already."""
        self._port = self._runner.start(self._port)

    def stop(self) -> None:
        """End in an orderly way."""
        self._runner.stop()

    def kill(self) -> None:
        """SIGKILL, if it is a process; a thread cannot be killed and stops."""
        if isinstance(self._runner, ProcessRunner):
            self._runner.kill()
        else:
            self._runner.stop()

    @contextmanager
    def down(self) -> Iterator[None]:
        """The port is closed meanwhile: connections are refused."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()
