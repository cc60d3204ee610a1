"""The file of the replica: reading downloads, building, replacing, and following the feed. No bus, no ledger."""
