"""Prompt templates to chat messages; pure but for reading its own templates.

A template is a chat: lines `=== system`, `=== user`, `=== assistant` part its messages. It is
parted before it is rendered, so no text of an article can open a message. `=== include NAME`
puts another template there. All that is the same for every article stands first, then what is
the same for every question about an article, so that prefix caches hit.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template, TemplateError

from summarizer.errors import SettingsError
from summarizer.models import Article, Frozen, Message, Sentence

_HERE = Path(__file__).parent
# In the wheel the templates lie beside this module, in a checkout at its top.
_FOLDERS = (_HERE / "templates", _HERE.parent / "prompts")
_TURN = re.compile(r"^=== (system|user|assistant)\n", re.MULTILINE)
_INCLUDE = re.compile(r"^=== include (\S+)\n", re.MULTILINE)
_NAMES = ("article/brief.j2", "passage/cast.j2", "passage/items.j2", "passage/overview.j2")


class Told(Frozen):
    """The question about the cast as it was asked, and its answer as JSON: the start of every
    further question about these sentences, so that it is computed once."""

    sentences: tuple[Sentence, ...]
    known: tuple[str, ...]
    answer: str


class Prompts:
    """The templates of one folder.

    Raises:
        SettingsError: a template is missing, has no messages or does not render.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or next((f for f in _FOLDERS if f.is_dir()), _FOLDERS[0])
        self._environment = _environment()
        self._sources = {name: self._read(name) for name in _NAMES}

    @cached_property
    def sha256(self) -> str:
        """Digest of all templates; changes with any change of any of them."""
        digest = hashlib.sha256()
        for name, source in sorted(self._sources.items()):
            digest.update(f"{name}\0{source}\0".encode())
        return digest.hexdigest()

    @property
    def digests(self) -> Mapping[str, str]:
        """Digest of each template with what it includes, by name."""
        return {
            name: hashlib.sha256(source.encode()).hexdigest()
            for name, source in sorted(self._sources.items())
        }

    def article(self, article: Article, sentences: Sequence[Sentence]) -> tuple[Message, ...]:
        """Everything about an article in one question."""
        return self._render("article/brief.j2", article=article, sentences=sentences)

    def cast(self, sentences: Sequence[Sentence], known: Sequence[str]) -> tuple[Message, ...]:
        """Who is in these sentences; `known` are names found further up in the article."""
        return self._render("passage/cast.j2", sentences=sentences, known=known)

    def items(self, told: Told, passage: Sequence[Sentence]) -> tuple[Message, ...]:
        """What is said and done in a passage of the sentences that were told before."""
        return self._render(
            "passage/items.j2",
            sentences=told.sentences,
            known=told.known,
            answer=told.answer,
            passage=passage,
        )

    def overview(self, told: Told) -> tuple[Message, ...]:
        """Headline and summary."""
        return self._render(
            "passage/overview.j2",
            sentences=told.sentences,
            known=told.known,
            answer=told.answer,
        )

    def _read(self, name: str) -> str:
        try:
            source = (self.folder / name).read_text("utf-8")
            return _INCLUDE.sub(lambda match: self._read(match.group(1)), source)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
            raise SettingsError(
                f"The prompt template {self.folder / name} cannot be read "
                f"({reason}): put it there or unset prompts_dir."
            ) from error
        except RecursionError:
            raise SettingsError(
                f"The prompt template {self.folder / name} includes itself: correct it."
            ) from None

    @cached_property
    def _chats(self) -> dict[str, list[tuple[str, Template]]]:
        return {name: self._parse(name, source) for name, source in self._sources.items()}

    def _parse(self, name: str, source: str) -> list[tuple[str, Template]]:
        head, *parts = _TURN.split(source)
        if head.strip() or not parts:
            raise SettingsError(
                f"The prompt template {self.folder / name} must begin with '=== system'."
            )
        try:
            return [
                (role, self._environment.from_string(text))
                for role, text in zip(parts[::2], parts[1::2], strict=True)
            ]
        except TemplateError as error:
            raise self._broken(name, error) from error

    def _render(self, name: str, **values: object) -> tuple[Message, ...]:
        try:
            return tuple(
                Message.model_validate({"role": role, "content": template.render(**values).strip()})
                for role, template in self._chats[name]
            )
        # An expression in a template can raise anything.
        except Exception as error:
            raise self._broken(name, error) from error

    def _broken(self, name: str, error: Exception) -> SettingsError:
        reason = " ".join(str(error).split()).rstrip(".")
        return SettingsError(
            f"The prompt template {self.folder / name} does not render ({reason}): "
            "correct it or unset prompts_dir."
        )


def _environment() -> Environment:
    # Plain text for a model, not HTML: fences are guarded by `inline`, not by autoescape.
    environment = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701
    )
    environment.filters["inline"] = inline
    return environment


_STRAIGHT = re.compile(r'"([^"]*)"')


def inline(text: str) -> str:
    """One line, and no angle brackets: the text can neither start a line, and so pretend to be
    a numbered sentence, nor close the fence it stands in.
    """
    text = _STRAIGHT.sub(lambda m: f"“{m.group(1)}”", " ".join(text.split()))
    return text.replace('"', "”").replace("<", "‹").replace(">", "›")
