"""Why a consumer has to be made anew; `Consumer` does that, and tells people why."""

from __future__ import annotations

from loketbus.errors import LoketbusError


class ConsumerStalled(LoketbusError):
    """The consumer is there but does not move; only a new one helps. `code` names what was seen."""

    fatal = False
    """A new consumer does not help either: the process has to end."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class LedgerEmpty(ConsumerStalled):
    """Kafka remembers this service, its ledger does not."""

    fatal = True

    def __init__(self) -> None:
        super().__init__(
            "ledger_empty",
            "Het grootboek is leeg, maar Kafka kent deze dienst al: zet de back-up terug, of bevestig met "
            "LOKETBUS_NEW_LEDGER=true dat opnieuw beginnen de bedoeling is.",
        )


def epoch_lost() -> ConsumerStalled:
    """Somebody else has a partition that we thought was ours."""
    return ConsumerStalled("epoch_lost", "Een partitie is overgenomen of teruggezet; er wordt opnieuw begonnen.")
