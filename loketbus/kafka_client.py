"""How we connect to Kafka: one place for the security settings and the names on the cluster."""

from __future__ import annotations

import ssl
from typing import Any

from aiokafka.helpers import create_ssl_context

from loketbus.errors import ConfigurationError
from loketbus.settings import BusSettings


def connection_options(settings: BusSettings, client_id: str) -> dict[str, Any]:
    """Keyword arguments that every aiokafka client of ours shares.

    Raises:
        ConfigurationError: the CA file cannot be read.
    """
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka,
        "client_id": client_id,
        "security_protocol": settings.kafka_security,
        "request_timeout_ms": 15_000,
        "retry_backoff_ms": 200,
    }
    if settings.kafka_security.startswith("SASL"):
        password = settings.kafka_password
        options["sasl_mechanism"] = settings.kafka_sasl
        options["sasl_plain_username"] = settings.kafka_username
        options["sasl_plain_password"] = password.get_secret_value() if password else None
    if settings.kafka_security.endswith("SSL"):
        options["ssl_context"] = _ssl_context(settings)
    return options


def _ssl_context(settings: BusSettings) -> ssl.SSLContext:
    try:
        context: ssl.SSLContext = create_ssl_context(cafile=settings.kafka_ca_file and str(settings.kafka_ca_file))
        return context
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"LOKETBUS_KAFKA_CA_FILE: {settings.kafka_ca_file} is geen leesbaar certificaat."
        ) from error
