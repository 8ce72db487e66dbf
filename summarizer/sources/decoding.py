"""Bytes to text: what was declared, then UTF-8, then a guess; binary files are refused.

The order is the byte order mark, the charset of the HTTP header, the one of the page's meta
element, UTF-8, and last charset-normalizer. A charset that does not fit the bytes is passed over.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from summarizer.errors import InputError
from summarizer.sources.raw import Raw, kind_of, no_text
from summarizer.web.wording import shown

_SIGNATURES: dict[bytes, str] = {
    b"%PDF-": "a PDF",
    b"{\\rtf": "an RTF document",
    b"PK\x03\x04": "a zip archive or an office document",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an office document",
    b"\x1f\x8b": "a gzip archive",
    b"BZh91AY&SY": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a rar archive",
    b"\x89PNG\r\n\x1a\n": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF87a": "an image",
    b"GIF89a": "an image",
    b"\x7fELF": "a program",
}

# UTF-32 comes first: the mark of UTF-16-LE is the beginning of that of UTF-32-LE.
_MARKS: dict[bytes, str] = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}

# What browsers take for these labels (WHATWG Encoding Standard): the larger code page, since
# pages labelled with the smaller one use it, above all for typographic quotes.
_AS_BROWSERS_DO = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
}

# Python knows codecs that no text on the web has (idna, punycode, unicode_escape, utf-7), some
# of which are slow on long input.
_OF_TEXT = re.compile(
    r"utf-(?:8|16|32)|cp|iso8859|iso2022|koi8|mac-|gb18030|big5|euc_|shift_jis|hz|johab"
)

_META_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
_HEAD_BYTES = 4096
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(raw: Raw) -> str:
    """The text of `raw`, without a byte order mark and otherwise exactly as written.

    Raises InputError if it is binary or in an encoding that cannot be told.
    """
    for signature, what in _SIGNATURES.items():
        if raw.body.startswith(signature):
            raise no_text(raw.source, what)
    text = _first_fit(raw)
    if text is None and b"\0" not in raw.body:
        raise InputError(
            f"The encoding of {shown(raw.source)} cannot be told; save it as UTF-8.",
            source=raw.source,
        )
    if text is None or "\0" in text:
        raise no_text(raw.source, "a binary file")
    return text


def _first_fit(raw: Raw) -> str | None:
    for codec in _candidates(raw):
        try:
            return raw.body.decode(codec)
        except (UnicodeError, LookupError):
            continue
    return None if _marked(raw.body) or b"\0" in raw.body else _guess(raw.body)


def _candidates(raw: Raw) -> Iterator[str]:
    """Codecs to try, the most believable first."""
    if marked := _marked(raw.body):
        yield marked
        return
    for codec in filter(None, map(_codec, _declared(raw))):
        # Any bytes are valid Latin-1, which servers declare unasked; hardly any Latin-1 text is
        # valid UTF-8.
        if codec == "cp1252":
            yield "utf-8"
        # ASCII read as UTF-16 gives ideographs and no error; real UTF-16 markup has NUL bytes.
        if not codec.startswith(("utf-16", "utf-32")) or b"\0" in raw.body:
            yield codec
    yield "utf-8"


def _marked(body: bytes) -> str:
    """The codec that a byte order mark tells, or ""."""
    return next((codec for mark, codec in _MARKS.items() if body.startswith(mark)), "")


def _declared(raw: Raw) -> Iterator[str]:
    """Charsets by name: the carrier's, then that of the page's own head."""
    yield raw.charset
    head = raw.body[:_HEAD_BYTES]
    is_html = raw.kind == "html" or (
        raw.kind == "unknown" and kind_of(head.decode("latin-1")) == "html"
    )
    if is_html and (match := _META_CHARSET.search(head)):
        yield match[1].decode("latin-1")


def _codec(charset: str) -> str:
    """Python's codec for a declared charset, or "" if it has none for text."""
    try:
        name = codecs.lookup(charset.strip()).name
    except (LookupError, ValueError):
        return ""
    name = _AS_BROWSERS_DO.get(name, name)
    return name if _OF_TEXT.match(name) else ""


def _guess(body: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(body).best()
    codec = _codec(best.encoding) if best else ""
    text = body.decode(codec, "replace") if codec else "\ufffd"
    # No text in an old code page has control characters; random bytes nearly always have.
    return None if "\ufffd" in text or _CONTROL.search(text) else text
