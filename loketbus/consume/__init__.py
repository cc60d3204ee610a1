"""From Kafka to the ledger: what is read is applied, waiting with a reason, or dead-lettered with a reason."""
