"""The portal of KBO Open Data over a folder of archives: log in, list, download."""

from simulators.kbo.portal.app import PortalOptions
from simulators.kbo.portal.simulator import KboPortal, PortalControl

__all__ = ["KboPortal", "PortalControl", "PortalOptions"]
