"""Lanes: effects on outside systems and held events, as rows that wait, run in key order, and tell how they ended."""
