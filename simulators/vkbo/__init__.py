"""VKBO of Digitaal Vlaanderen: enterprises and establishments as OGC API Features."""

from simulators.vkbo.app import VkboOptions
from simulators.vkbo.simulator import VkboControl, VkboSimulator

__all__ = ["VkboControl", "VkboOptions", "VkboSimulator"]
