"""The shared mailbox into the W&E queue."""
