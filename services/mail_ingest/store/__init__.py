"""What mail_ingest keeps: mails and where they stood in the mailbox, queue items with their links, people in them."""
