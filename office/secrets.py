"""Secrets that are shown once and stored hashed. High-entropy, so a plain SHA-256 is enough."""

from __future__ import annotations

import hashlib
import secrets


def draw(prefix: str = "") -> str:
    """A new secret of 256 bits, URL-safe, after ``prefix``."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret: 64 hexadecimal characters."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
