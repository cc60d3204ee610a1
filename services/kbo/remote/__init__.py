"""The outside systems of kbo: one small Protocol for each, and its adapters."""
