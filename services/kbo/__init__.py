"""The company register (Kruispuntbank van Ondernemingen)."""
