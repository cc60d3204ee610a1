"""The services. None of them imports another."""
