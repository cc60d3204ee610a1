"""A certificate for 127.0.0.1, made at the start: some clients (msal) speak https only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
_DAYS = 30


@dataclass(frozen=True, slots=True)
class Tls:
    """Where the certificate and its key are; a client trusts `certificate` as its CA file."""

    certificate: Path
    key: Path


def make_certificate(folder: Path) -> Tls:
    """A fresh self-signed certificate in `folder` (`certificate.pem`, `key.pem`), or the one that is there."""
    tls = Tls(folder / "certificate.pem", folder / "key.pem")
    if tls.certificate.exists():
        return tls
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    tls.key.touch(mode=0o600)
    tls.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))
    tls.certificate.write_bytes(_signed(key).public_bytes(serialization.Encoding.PEM))
    return tls


def _signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "simulator")])
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
