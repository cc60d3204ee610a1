"""Settings of every process: environment `LOKETBUS_*`, secrets from files, then `loketbus.toml`.

A service adds its own settings by subclassing `BusSettings`. A wrong value is one clear line (`load`), no traceback.

| where | how |
|---|---|
| `LOKETBUS_<NAME>` | the value |
| `LOKETBUS_<NAME>_FILE` | a file with the value (a Docker or Kubernetes secret) |
| `LOKETBUS_SECRETS` | a folder with one file per setting: `loketbus_<name>` |
| `LOKETBUS_CONFIG` | another place for `loketbus.toml` |
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from loketbus.errors import ConfigurationError
from loketbus.logs.redact import SECRET_KEYS, redact

S = TypeVar("S", bound="BusSettings")

PREFIX = "LOKETBUS_"
TEST_PREFIX = "LOKETBUS_TEST_"
"""Read by the tests alone, never by an operator's process."""
PLACES = frozenset({"LOKETBUS_SECRETS", "LOKETBUS_CONFIG", "LOKETBUS_TOKEN"})
"""Read apart from the settings: where they stand, and the operator's own token."""
SECRET_FILE_MAX_BYTES = 65_536


class BusSettings(BaseSettings):
    """What the bus itself needs; names are also the environment variables (`LOKETBUS_VAR`, `LOKETBUS_KAFKA`, ...)."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )

    profile: Literal["demo", "live"] = "live"
    var: Path = Path("var")
    """Folder of all local state."""
    kafka: str = "127.0.0.1:9092"
    """Bootstrap servers, comma separated."""
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = "SCRAM-SHA-512"
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    kafka_ca_file: Path | None = None
    topic_prefix: str = Field(default="", pattern=r"^[a-z0-9.-]*$")
    """Put before every topic and group name, so that two installations can share a cluster."""
    new_ledger: bool = False
    """Start with an empty ledger although Kafka knows the service: only after a deliberate new beginning."""
    database: str | None = Field(default=None, repr=False)
    """SQLAlchemy URL; empty means one SQLite file per service under `var`."""
    blobs: str | None = Field(default=None, repr=False)
    """fsspec URL of the blob store; empty means a folder under `var`."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    services: dict[str, str] = Field(default_factory=dict)
    """Where other services answer, for the CLI, as JSON: {"mail_ingest": "https://..."}; empty: on this machine."""
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
        toml = TomlConfigSettingsSource(settings_cls, toml_file=_config_file())
        return init_settings, env_settings, _SecretFiles(settings_cls), toml


def load(settings: type[S], **values: Any) -> S:
    """Read settings.

    Raises:
        ConfigurationError: one line that names the setting, its source, what was expected and what was received.
    """
    try:
        return settings(**values)
    except ValidationError as error:
        raise ConfigurationError(_explain(settings, error.errors(include_url=False), values)) from None
    except SettingsError as error:
        # A list or table that must be JSON and is not; the library's text quotes the field's name and no value.
        field = re.search(r'field "(\w+)"', str(error))
        name = f"{PREFIX}{field[1].upper()}" if field else PREFIX + "*"
        raise ConfigurationError(f'Instelling {name} is fout: verwacht JSON, bijvoorbeeld ["a", "b"].') from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"Het instellingenbestand {_config_file()} is geen geldige TOML: {error}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"Het instellingenbestand {_config_file()} is geen UTF-8.") from None
    except OSError as error:
        raise ConfigurationError(f"Het bestand {error.filename} kan niet gelezen worden ({error.strerror}).") from None


def unknown_settings(*known: type[BusSettings], environ: Mapping[str, str] = os.environ) -> list[str]:
    """One Dutch line for each `LOKETBUS_` variable or toml key that no class in `known` has (a typing error)."""
    names = {f"{PREFIX}{field.upper()}" for settings in known for field in settings.model_fields}
    names |= {f"{name}_FILE" for name in names} | PLACES
    given = [(name, "omgevingsvariabele") for name in environ if name.upper().startswith(PREFIX)]
    given += [(f"{PREFIX}{key.upper()}", str(_config_file())) for key in _toml()]
    lines = []
    for name, where in sorted(given):
        if name.upper() in names or name.upper().startswith(TEST_PREFIX):
            continue
        own = name.upper().removeprefix(PREFIX)  # the prefix, which all share, would make anything look alike
        close = difflib.get_close_matches(own, [other.removeprefix(PREFIX) for other in names], n=1)
        hint = f"; bedoelt u {PREFIX}{close[0]}?" if close else "."
        lines.append(f"Onbekende instelling {name} ({where}){hint}")
    return lines


class _SecretFiles(PydanticBaseSettingsSource):
    """`LOKETBUS_<NAME>_FILE`, then `loketbus_<name>` in the folder `LOKETBUS_SECRETS`."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return (text or None, field name, is it JSON)."""
        path = secret_file(field_name)
        return (None if path is None else _read_secret(path)), field_name, self.field_is_complex(field)

    def __call__(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            text, _, is_json = self.get_field_value(field, name)
            if text is not None:
                values[name] = self._decoded(name, field, text) if is_json else text
        return values

    def _decoded(self, name: str, field: FieldInfo, text: str) -> Any:
        try:
            return self.decode_complex_value(name, field, text)
        except ValueError:
            raise SettingsError(f'error parsing value for field "{name}"') from None


def secret_file(field: str, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file that holds the value of `field`, if there is one.

    Raises:
        ConfigurationError: a file or folder was named and is not there.
    """
    variable = f"{PREFIX}{field.upper()}_FILE"
    if named := environ.get(variable):
        if not Path(named).is_file():
            raise ConfigurationError(f"Instelling {variable} wijst naar {named}, en dat bestand bestaat niet.")
        return Path(named)
    if folder := environ.get("LOKETBUS_SECRETS"):
        if not Path(folder).is_dir():
            raise ConfigurationError(f"Instelling LOKETBUS_SECRETS wijst naar {folder}, en die map bestaat niet.")
        for name in (f"{PREFIX}{field}".lower(), f"{PREFIX}{field}".upper()):
            if (path := Path(folder) / name).is_file():
                return path
    return None


def _read_secret(path: Path) -> str:
    if path.stat().st_size > SECRET_FILE_MAX_BYTES:
        raise ConfigurationError(
            f"Het bestand {path} is te groot voor een instelling (boven {SECRET_FILE_MAX_BYTES} bytes)."
        )
    try:
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise ConfigurationError(f"Het bestand {path} is geen UTF-8-tekst.") from None


def _config_file() -> Path:
    named = os.environ.get("LOKETBUS_CONFIG")
    if named and not Path(named).is_file():
        raise ConfigurationError(f"Instelling LOKETBUS_CONFIG wijst naar {named}, en dat bestand bestaat niet.")
    return Path(named or "loketbus.toml")


def _toml() -> dict[str, Any]:
    path = _config_file()
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


EXPECTED = {
    "bool_parsing": "ja of nee (true of false)",
    "float_parsing": "een getal",
    "greater_than": "een getal groter dan {gt}",
    "greater_than_equal": "een getal van minstens {ge}",
    "int_from_float": "een geheel getal",
    "int_parsing": "een geheel getal",
    "int_type": "een geheel getal",
    "less_than": "een getal kleiner dan {lt}",
    "less_than_equal": "een getal van hoogstens {le}",
    "literal_error": "een van {expected}",
    "missing": "een waarde",
    "path_type": "een pad",
    "string_pattern_mismatch": "tekst van de vorm {pattern}",
    "string_too_short": "een tekst van minstens {min_length} tekens",
    "string_type": "een tekst",
    "time_delta_parsing": "een duur (seconden, of ISO 8601 zoals PT30S)",
    "url_parsing": "een webadres",
    "value_error": "{error}",
}
"""What pydantic's error types expect, in Dutch; another type shows pydantic's own English text."""


def _explain(settings: type[BusSettings], errors: list[ErrorDetails], values: Mapping[str, Any]) -> str:
    first = errors[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    template = EXPECTED.get(first["type"])
    limits = {key: str(value).replace(" or ", " of ") for key, value in first.get("ctx", {}).items()}
    expected = template.format(**limits) if template else first["msg"]
    more = f" (en nog {len(errors) - 1} andere)" if len(errors) > 1 else ""
    if not field:
        return f"De instellingen passen niet bij elkaar: {expected}{more}."
    name = f"{PREFIX}{field.upper()}"
    if first["type"] == "missing":
        places = f"als omgevingsvariabele, als {name}_FILE of in {_config_file()}"
        return f"Instelling {name} ontbreekt{more}: geef ze {places}."
    received = _shown(settings, field, first["input"])
    return f"Instelling {name} is fout{more}: verwacht {expected}, gekregen {received} (uit {_source(field, values)})."


def _shown(settings: type[BusSettings], field: str, value: object) -> str:
    info = settings.model_fields.get(field)
    secret = SECRET_KEYS.search(field) or (info is not None and "Secret" in str(info.annotation))
    return "*** (verborgen)" if secret else redact(repr(value))[:80]


def _source(field: str, values: Mapping[str, Any]) -> str:
    return next(_sources(field, values), "een standaardwaarde")


def _sources(field: str, values: Mapping[str, Any]) -> Iterator[str]:
    """In the order of `settings_customise_sources`: the first that has the field gave its value."""
    variable = f"{PREFIX}{field}".upper()
    if field in values:
        yield "de opdracht"
    if any(name.upper() == variable for name in os.environ):
        yield f"omgevingsvariabele {variable}"
    if path := secret_file(field):
        yield f"bestand {path}"
    if field in _toml():
        yield f"bestand {_config_file()}"
