"""A copy is signed by the key of the site (Ed25519): what SHA256SUMS lists can be checked by standard tools."""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)


class Unsigned(Exception):
    """A key or signature cannot be used; says why and what to do, in one sentence."""


def new_key() -> str:
    """Return a new secret key, as SITE_KEY holds it."""
    key = Ed25519PrivateKey.generate()
    return base64.b64encode(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())).decode()


def secret_key(setting: str) -> Ed25519PrivateKey:
    """Return the key that SITE_KEY holds. Raise Unsigned where it holds none."""
    if not setting:
        raise Unsigned("SITE_KEY is not set: `manage.py make_site_key` makes a key and prints it.")
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(setting, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Unsigned("SITE_KEY is not understood: `manage.py make_site_key` makes one.") from error


def public_pem(key: Ed25519PublicKey) -> bytes:
    """Return a public key in the form that other programs read."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def public_key(path: Path) -> Ed25519PublicKey:
    """Return the public key in a file. Raise Unsigned where there is none."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise Unsigned(f"The public key cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise Unsigned(f"{path.name} holds no public key.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Unsigned(f"{path.name} holds a key of another kind than Ed25519.")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 of a public key, by which people compare it: that of its DER form."""
    told = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
    return " ".join(told[at : at + 8] for at in range(0, 64, 8))


def is_signed(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is that of `data` by the key."""
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True
