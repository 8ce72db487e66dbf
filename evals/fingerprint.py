"""What of the product was run: so that a change of the scores can be laid to a cause."""

from __future__ import annotations

import hashlib
from pathlib import Path

import summarizer
from summarizer.models import SCHEMA_VERSION, Frozen
from summarizer.prompts import Prompts
from summarizer.settings import Settings

_PACKAGE = Path(summarizer.__file__).parent


class Template(Frozen):
    """A prompt template, what it includes counted as part of it."""

    name: str
    sha256: str


class Fingerprint(Frozen):
    """Version of the product, of the brief's schema, and digests of code and prompts."""

    version: str
    schema_version: str
    code_sha256: str
    templates: tuple[Template, ...]


def fingerprint(settings: Settings) -> Fingerprint:
    """Of the installed package and the prompts that these settings name."""
    prompts = Prompts(settings.prompts_dir)
    return Fingerprint(
        version=summarizer.__version__,
        schema_version=SCHEMA_VERSION,
        code_sha256=_code_sha256(_PACKAGE),
        templates=tuple(
            Template(name=name, sha256=digest) for name, digest in prompts.digests.items()
        ),
    )


def _code_sha256(package: Path) -> str:
    """Over the names and texts of the modules and of what they read at run time."""
    digest = hashlib.sha256()
    files = [p for kind in ("*.py", "*.toml") for p in package.rglob(kind)]
    for path in sorted(files):
        digest.update(f"{path.relative_to(package).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
