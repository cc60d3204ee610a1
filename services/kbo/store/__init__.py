"""What kbo keeps in its ledger: who is followed, and what the second source said."""
