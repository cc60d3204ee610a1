"""Mailboxes as outside systems really behave, behind one Protocol (`protocol.Mailbox`); no Kafka, no SQL."""
