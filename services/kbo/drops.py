"""Which drop the settings choose, and what there is to say about that choice."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from loketbus.doctoring import Finding
from loketbus.errors import ConfigurationError
from services.kbo.remote.drop import Drop
from services.kbo.remote.drop_folder import FolderDrop
from services.kbo.remote.portal import PortalDrop
from services.kbo.remote.sftp import SftpConnection, SftpDrop, read_host_keys
from services.kbo.settings import KboSettings

NEEDED: dict[str, tuple[str, ...]] = {
    "portal": ("kbo_portal_user", "kbo_portal_password"),
    "sftp": ("kbo_sftp_user", "kbo_sftp_password", "kbo_sftp_host_key"),
    "folder": ("kbo_drop_folder",),
}
HOW = {
    "portal": "Maak een gratis account op het portaal van KBO Open Data en aanvaard de licentie.",
    "sftp": "Vraag SFTP-toegang en de sleutel van de server aan kbo-bce-webservice@economie.fgov.be.",
    "folder": "Noem de map waarin de zip-bestanden komen.",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def open_drop(settings: KboSettings) -> Drop | None:
    """The drop that `LOKETBUS_KBO_DROP` names; None for `none`.

    Raises:
        ConfigurationError: it is not told how to reach it.
    """
    if settings.kbo_drop == "none":
        return None
    _check(settings)
    return _OPEN[settings.kbo_drop](settings)


def examine(settings: KboSettings) -> list[Finding]:
    """For `loketbus doctor`: can the register be kept up to date with these settings?"""
    what = f"KBO-register ophalen ({settings.kbo_drop})"
    if settings.kbo_drop == "none":
        if settings.profile != "live":
            return []
        advice = "Niets haalt nieuwe uittreksels op: het register veroudert. Zet LOKETBUS_KBO_DROP op portal of sftp."
        return [Finding(what, False, advice)]
    try:
        _check(settings)
    except ConfigurationError as error:
        return [Finding(what, False, str(error))]
    folder = settings.kbo_drop_folder
    if settings.kbo_drop == "folder" and folder is not None and not folder.is_dir():
        return [Finding(what, False, f"LOKETBUS_KBO_DROP_FOLDER: de map {folder} is er niet. Maak of koppel ze.")]
    return [Finding(what, True)]


def _check(settings: KboSettings) -> None:
    missing = [name for name in NEEDED[settings.kbo_drop] if not getattr(settings, name)]
    if missing:
        names = ", ".join(f"LOKETBUS_{name.upper()}" for name in missing)
        raise ConfigurationError(f"LOKETBUS_KBO_DROP is {settings.kbo_drop}: vul {names} in. {HOW[settings.kbo_drop]}")
    _CHECK[settings.kbo_drop](settings)


def _check_portal(settings: KboSettings) -> None:
    url = urlsplit(settings.kbo_portal_url)
    if url.scheme != "https" and url.hostname not in LOOPBACK:
        raise ConfigurationError("LOKETBUS_KBO_PORTAL_URL moet met https:// beginnen: het wachtwoord reist mee.")


def _check_sftp(settings: KboSettings) -> None:
    read_host_keys(settings.kbo_sftp_host_key or "")


def _check_folder(settings: KboSettings) -> None:
    folder = settings.kbo_drop_folder
    assert folder is not None
    if folder.resolve().is_relative_to((settings.var / "kbo").resolve()):
        raise ConfigurationError("LOKETBUS_KBO_DROP_FOLDER ligt in de werkmap van Loketbus; kies een andere map.")


def _portal(settings: KboSettings) -> Drop:
    assert settings.kbo_portal_user is not None
    assert settings.kbo_portal_password is not None
    return PortalDrop(
        settings.kbo_portal_url, settings.kbo_portal_user, settings.kbo_portal_password.get_secret_value()
    )


def _sftp(settings: KboSettings) -> Drop:
    assert settings.kbo_sftp_user is not None
    assert settings.kbo_sftp_password is not None
    return SftpDrop(
        SftpConnection(
            host=settings.kbo_sftp_host,
            port=settings.kbo_sftp_port,
            user=settings.kbo_sftp_user,
            password=settings.kbo_sftp_password.get_secret_value(),
            host_keys=read_host_keys(settings.kbo_sftp_host_key or ""),
            folder=settings.kbo_sftp_folder or f"/home/{settings.kbo_sftp_user}",
        )
    )


def _folder(settings: KboSettings) -> Drop:
    assert settings.kbo_drop_folder is not None
    return FolderDrop(settings.kbo_drop_folder)


_OPEN: dict[str, Callable[[KboSettings], Drop]] = {"portal": _portal, "sftp": _sftp, "folder": _folder}
_CHECK: dict[str, Callable[[KboSettings], None]] = {
    "portal": _check_portal,
    "sftp": _check_sftp,
    "folder": _check_folder,
}
