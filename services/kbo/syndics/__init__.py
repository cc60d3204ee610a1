"""Sources of syndic data, each behind `SyndicSource`. None is needed; `kbo_syndics` in the settings chooses one."""

from services.kbo.settings import KboSettings
from services.kbo.syndics.protocol import SyndicSource
from services.kbo.syndics.reuse import ReuseXml, open_reuse_xml

__all__ = ["ReuseXml", "SyndicSource", "open_syndics"]


def open_syndics(settings: KboSettings) -> ReuseXml | None:
    """The source that the settings name; None: there is none, and the answer is always `not_in_source`.

    Raises:
        ConfigurationError: a setting that it needs is missing.
    """
    return open_reuse_xml(settings) if settings.kbo_syndics == "reuse_xml" else None
