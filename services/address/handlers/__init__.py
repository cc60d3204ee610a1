"""Topics that the service reads."""
