"""Telling the CRM what changes about the addresses that it uses."""

from services.address.following.job import Following

__all__ = ["Following"]
