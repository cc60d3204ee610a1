"""Signed and encrypted mail, sealed by `cryptography`, which knows nothing of our reader."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from services.mail_ingest.parsing import TEXT_ONLY, Oddity, parse
from services.mail_ingest.parsing.mapi import BrokenError
from services.mail_ingest.parsing.sealed import NOTICE, open_smime, readable
from tests.unit.mail_ingest.parsing.mails import HEAD, file, mail, multipart, part

PLAIN = "Content-Type: text/plain; charset=utf-8"
INNER = multipart(
    "mixed", part("Dag, één vraag", PLAIN), file(b"%PDF", "Content-Type: application/pdf; name=a.pdf"), head=()
)
SIGNED = "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"
BEGIN, END = "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"
SEALED = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"


def certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An Peeters")])
    now = datetime(2026, 11, 2, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


def sign(content: bytes, *options: pkcs7.PKCS7Options) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate(key), key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary, *options])


@pytest.fixture(scope="module")
def encrypted() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(INNER).add_recipient(certificate(key))
    return builder.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def whole(data: bytes, kind: str) -> bytes:
    """A mail that is nothing but this part."""
    return "\r\n".join((*HEAD, "")).encode() + file(data, kind)


class TestSignedSmime:
    def test_what_was_signed_is_read(self) -> None:
        parsed = parse(whole(sign(INNER), SIGNED))
        assert parsed.text == "Dag, één vraag"
        assert [(one.name, one.read()) for one in parsed.attachments] == [("a.pdf", b"%PDF")]
        assert Oddity.SIGNED in parsed.warnings

    @pytest.mark.parametrize("kind", ["application/x-pkcs7-mime", "application/octet-stream; name=smime.p7m"])
    def test_by_any_name(self, kind: str) -> None:
        assert parse(whole(sign(INNER), f"Content-Type: {kind}")).text == "Dag, één vraag"

    def test_lengths_left_open_as_streaming_signers_do(self) -> None:
        pieces = b"".join(b"\x04" + bytes([len(one)]) + one for one in (INNER[:100], INNER[100:200], b""))
        pieces += b"\x24\x80\x04\x82" + len(INNER[200:]).to_bytes(2, "big") + INNER[200:] + b"\0\0"
        data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80" + pieces + b"\0\0" * 2
        start = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01"
        algorithms = b"\x31\x80\x30\x80\x06\x01\x01\0\0\0\0"
        found = open_smime(start + algorithms + b"\x30\x80" + data + b"\0\0" * 4)
        assert (found.kind, found.content) == ("signed", INNER)

    def test_a_loose_signature_holds_nothing(self) -> None:
        parsed = parse(whole(sign(INNER, pkcs7.PKCS7Options.DetachedSignature), SIGNED))
        assert [one.name for one in parsed.attachments] == ["smime.p7m"]
        assert parsed.text == ""
        assert Oddity.SMIME_BROKEN not in parsed.warnings

    @pytest.mark.parametrize("end", [0, 1, 5, 30, 60])
    def test_a_broken_one_stays(self, end: int) -> None:
        data = sign(INNER)[:end]
        parsed = parse(whole(data, SIGNED))
        assert [one.read() for one in parsed.attachments] == [data]
        assert Oddity.SMIME_BROKEN in parsed.warnings

    def test_seals_inside_seals_end(self) -> None:
        data = INNER
        for _ in range(20):
            data = file(sign(data), SIGNED)
        assert Oddity.NOT_UNPACKED in parse(data).warnings

    def test_depth_of_the_encoding_is_capped(self) -> None:
        with pytest.raises(BrokenError):
            open_smime(b"\x30\x80" * 10_000)

    def test_identity_takes_it_as_it_came(self) -> None:
        data = sign(INNER)
        second = parse(whole(data, SIGNED), TEXT_ONLY)
        assert second.attachments[0].sha256 == hashlib.sha256(data).hexdigest()
        assert second.content_hash == parse(whole(data, SIGNED)).content_hash


class TestEncrypted:
    def test_smime_stays_closed_and_says_so(self, encrypted: bytes) -> None:
        parsed = parse(whole(encrypted, SEALED))
        assert (parsed.text, parsed.new_text) == (NOTICE, NOTICE)
        assert [one.read() for one in parsed.attachments] == [encrypted]
        assert Oddity.ENCRYPTED in parsed.warnings

    def test_words_beside_it_are_the_text(self, encrypted: bytes) -> None:
        parsed = parse(multipart("mixed", part("Zie bijlage", PLAIN), file(encrypted, SEALED)))
        assert parsed.text == "Zie bijlage"
        assert Oddity.ENCRYPTED in parsed.warnings

    def test_pgp_mime(self) -> None:
        control = part("Version: 1", "Content-Type: application/pgp-encrypted")
        data = part(
            "-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----", "Content-Type: application/octet-stream"
        )
        parsed = parse(multipart("encrypted; protocol=application/pgp-encrypted", control, data))
        assert parsed.text == NOTICE
        assert (Oddity.ENCRYPTED in parsed.warnings, len(parsed.attachments)) == (True, 2)

    def test_pgp_in_the_text(self) -> None:
        armour = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----"
        parsed = parse(mail(PLAIN, "", "Dag,", "", *armour.split("\n")))
        assert parsed.text == f"Dag,\n\n{armour}", "who has the key can still copy it"
        assert parsed.new_text == f"Dag,\n\n{NOTICE}"
        assert Oddity.ENCRYPTED in parsed.warnings


class TestPgpSigned:
    TEXT = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nDag,\n\nmijn vraag\n-----BEGIN PGP SIGNATURE-----\n\n"
        "iQ==\n-----END PGP SIGNATURE-----\n"
    )

    def test_the_words_are_those_that_were_signed(self) -> None:
        parsed = parse(mail(PLAIN, "", *self.TEXT.split("\n")))
        assert parsed.new_text == "Dag,\n\nmijn vraag"
        assert Oddity.SIGNED in parsed.warnings

    @pytest.mark.parametrize("text", ["", BEGIN, f"{END}\n{BEGIN}"])
    def test_unfinished_armour_stays(self, text: str) -> None:
        assert readable(text) == text

    @pytest.mark.timeout(20)
    def test_much_armour_ends(self) -> None:
        assert readable(f"{BEGIN}\n" * 40_000).startswith("-----BEGIN")
        text = f"{BEGIN}\n{END}\n" * 20_000
        assert readable(text).count(NOTICE) == 20_000

    def test_multipart_signed(self) -> None:
        signature = part("handtekening", "Content-Type: application/pgp-signature")
        parsed = parse(multipart("signed", part("x", PLAIN), signature))
        assert (parsed.text, parsed.attachments[0].name) == ("x", "bijlage-1.asc")
        assert Oddity.SIGNED in parsed.warnings
