"""The address connector: a replica of the Flemish address register, a verdict for every address, and its changes."""
