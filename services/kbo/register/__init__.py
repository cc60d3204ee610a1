"""The replica of the register on the spot: built aside by an import, swapped in whole, and read only."""
