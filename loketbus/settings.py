"""Settings of every process: environment `LOKETBUS_*`, then `loketbus.toml`, secrets from files.

A service adds its own settings by subclassing `BusSettings`. A wrong value is one clear line (`load`), no traceback.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from loketbus.errors import ConfigurationError

S = TypeVar("S", bound="BusSettings")


class BusSettings(BaseSettings):
    """What the bus itself needs; names are also the environment variables (`LOKETBUS_VAR`, `LOKETBUS_KAFKA`, ...)."""

    model_config = SettingsConfigDict(
        env_prefix="LOKETBUS_", toml_file="loketbus.toml", extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    profile: Literal["demo", "live"] = "live"
    var: Path = Path("var")
    """Folder of all local state."""
    kafka: str = "127.0.0.1:9092"
    """Bootstrap servers, comma separated."""
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    kafka_ca_file: Path | None = None
    topic_prefix: str = Field(default="", pattern=r"^[a-z0-9.-]*$")
    """Put before every topic and group name, so that two installations can share a cluster."""
    database: str | None = None
    """SQLAlchemy URL; empty means one SQLite file per service under `var`."""
    blobs: str | None = None
    """fsspec URL of the blob store; empty means a folder under `var`."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    tokens_file: Path | None = None
    """JSON file with local tokens (demo); empty means `<var>/tokens.json`."""
    jwks_url: str | None = None
    """JWKS document of the identity provider (Entra ID); set, then only JWTs are accepted."""
    jwt_issuer: str | None = None
    jwt_audience: str | None = None
    otlp_endpoint: str | None = None
    """OTLP/HTTP traces endpoint; empty means no export."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "text"] = "json"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, secret files, then the toml file."""
        return init_settings, env_settings, file_secret_settings, TomlConfigSettingsSource(settings_cls)


def load(settings: type[S], **values: Any) -> S:
    """Read settings.

    Raises:
        ConfigurationError: one line that names the setting, where it came from and what it should be.
    """
    try:
        return settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"Instelling LOKETBUS_{name.upper()} is fout: {first['msg']} (gekregen: {_shown(name, first['input'])})."
        ) from error


def _shown(name: str, value: object) -> str:
    secret = any(word in name for word in ("password", "secret", "token"))
    return "***" if secret else repr(value)[:80]
