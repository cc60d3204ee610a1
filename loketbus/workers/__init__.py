"""Child processes that may crash, hang or eat memory without taking the service along.

For untrusted input (`WorkerPool("parse", max_workers=2)`) and for blocking libraries with a session of their own
(`max_workers=1` and an initializer that fills a module global: after a kill the next call runs it again).

Why not Pebble, measured on 5.2.3: its workers share one pipe and its locks, so (1) an exception with arguments of its
own, like every `Outcome`, breaks the whole pool for ever, (2) so does a SIGKILL of an idle worker, and (3) a worker
that hangs while its result is pickled holds the lock: its deadline never fires and the other workers stop too.
"""

from loketbus.workers.errors import WorkerDied, WorkerError, WorkerStartError, WorkerTimeout
from loketbus.workers.pool import WorkerPool

__all__ = ["WorkerDied", "WorkerError", "WorkerPool", "WorkerStartError", "WorkerTimeout"]
