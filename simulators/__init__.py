"""The outside world on loopback. Imports nothing of ours."""
