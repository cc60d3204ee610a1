"""What address keeps in its ledger: which addresses are followed, and which mails named some."""
