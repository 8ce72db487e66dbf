"""The work of the `brief` and `verify` commands: several sources in, briefs out, one failing
without the others."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal, get_args

from pydantic import ValidationError

from summarizer import pipeline
from summarizer.console import Console, console
from summarizer.doors import open_model
from summarizer.errors import (
    BudgetExceeded,
    EmbeddedModelError,
    InputError,
    ModelRejected,
    ModelUnreachable,
    SettingsError,
    SummarizerError,
    VerificationError,
)
from summarizer.models import Brief, Frozen, Model
from summarizer.prompts import Prompts
from summarizer.render import render
from summarizer.settings import Settings, load_settings
from summarizer.sources import read_article

Shape = Literal["terminal", "markdown", "html", "json"]
_ENDINGS: dict[str, Shape] = {".md": "markdown", ".html": "html", ".htm": "html", ".json": "json"}
_ENDING: dict[Shape, str] = {
    "terminal": ".txt",
    "markdown": ".md",
    "html": ".html",
    "json": ".json",
}
_PARTLY = 4
# After one of these the next source would fail the same way.
_HOPELESS = (EmbeddedModelError, ModelRejected, ModelUnreachable, SettingsError)


class Output(Frozen):
    """Where briefs go and in which shape; `path` None is standard output."""

    shape: Shape
    path: Path | None
    folder: bool
    evidence: bool
    several: bool

    @classmethod
    def plan(cls, path: Path | None, shape: str | None, sources: int, evidence: bool) -> Output:
        """What the flags mean together.

        Raises:
            SettingsError: several sources and one file, or a folder that cannot be made.
        """
        folder = path is not None and (path.is_dir() or sources > 1)
        if path and folder:
            try:
                path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise SettingsError(
                    f"{path} cannot hold {sources} briefs ({error.strerror}): "
                    "give a folder as --output."
                ) from error
        chosen = shape or _ENDINGS.get(path.suffix.lower() if path else "", "terminal")
        if chosen not in get_args(Shape):
            raise SettingsError(f"There is no format {chosen!r}: see `summarizer brief --help`.")
        return cls.model_validate(
            {
                "shape": chosen,
                "path": path,
                "folder": folder,
                "evidence": evidence,
                "several": sources > 1,
            }
        )

    def write(self, brief: Brief, name: str) -> Path | None:
        """Write one brief, in a folder as `name`; returns the file, None for standard output."""
        if self.path is None:
            print(self._text(brief), end="", flush=True)
            return None
        path = self.path / (name + _ENDING[self.shape]) if self.folder else self.path
        try:
            draft = path.with_name(path.name + ".part")
            draft.write_text(self._text(brief), "utf-8")
            draft.replace(path)
        except OSError as error:
            raise InputError(
                f"{path} cannot be written ({error.strerror}): give another --output.",
                source=name,
            ) from error
        return path

    def _text(self, brief: Brief) -> str:
        if self.shape == "json" and self.several and self.path is None:
            return brief.model_dump_json() + "\n"
        # On a terminal rich looks for itself, also at NO_COLOR; a file looks the same everywhere.
        width, color = (None, None) if self.path is None else (80, False)
        text = render(brief, self.shape, evidence=self.evidence, width=width, color=color)
        return text if text.endswith("\n") else text + "\n"


def brief_sources(
    sources: Sequence[str], settings: Settings, output: Output, *, quiet: bool
) -> int:
    """Brief the sources one after the other and write each as soon as it is done.

    Returns the exit code: 0, 4 where a part is missing, or the first error's own where nothing
    was done.
    """
    prompts = Prompts(settings.prompts_dir)
    failures: list[SummarizerError] = []
    done, gaps = 0, 0
    with console(quiet) as shown, open_model(settings, download=shown.download) as model:
        for number, (source, name) in enumerate(zip(sources, _names(sources), strict=True)):
            try:
                brief = _brief(source, settings, model, prompts, shown)
                path = output.write(brief, name)
            except SummarizerError as error:
                failures.append(error)
                _complain(error, source if len(sources) > 1 else "")
                if isinstance(error, (*_HOPELESS, BudgetExceeded)):
                    _give_up(sources[number + 1 :])
                    break
                continue
            done += 1
            gaps += len(brief.gaps)
            if path:
                shown.say(f"{source}: {path}")
    if len(sources) > 1 and not quiet:
        print(f"{done} of {len(sources)} briefed.", file=sys.stderr)
    if failures and not done:
        return failures[0].exit_code
    return _PARTLY if failures or gaps else 0


def verify_file(stored: Path, article: Path | None, *, quiet: bool) -> int:
    """Check a stored brief and say what is wrong; returns the exit code.

    Raises:
        VerificationError: the file is no stored brief, or the article cannot be read.
    """
    if not article and _is_digest(stored):
        return _verify_digest(stored, quiet)
    brief = _stored_brief(stored)
    problems = pipeline.verify(brief, _exact_text(article, brief) if article else None)
    for problem in problems:
        print(f"{stored}: {problem.where}: {problem.detail}", file=sys.stderr)
    if problems:
        return VerificationError.exit_code
    if not quiet:
        quotes = sum(len(i.evidence) + len(i.context) for i in brief.items)
        print(f"{stored}: {len(brief.items)} items and their {quotes} quotes hold.")
    return 0


def _is_digest(path: Path) -> bool:
    """Whether a file says that it is a digest; one that cannot be read is told of as a brief."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(data, dict) and "stories" in data and "ledger" in data


def _verify_digest(path: Path, quiet: bool) -> int:
    from summarizer.digest import verify_digest
    from summarizer.digest_models import Digest

    try:
        digest = Digest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise _not_stored(
            path, "digest stored by `summarizer daily --format json`", error
        ) from error
    problems = verify_digest(digest)
    for problem in problems:
        print(f"{path}: {problem.where}: {problem.detail}", file=sys.stderr)
    if not problems and not quiet:
        print(f"{path}: {len(digest.stories)} stories of {len(digest.articles)} articles hold.")
    return VerificationError.exit_code if problems else 0


def _brief(
    source: str, settings: Settings, model: Model, prompts: Prompts, shown: Console
) -> Brief:
    stdin = sys.stdin.buffer if source == "-" else None
    article = read_article(source, settings, stdin=stdin)
    progress = partial(shown.step, source)
    return pipeline.summarize(article, model=model, prompts=prompts, progress=progress)


def _stored_brief(path: Path) -> Brief:
    try:
        return Brief.model_validate_json(path.read_bytes())
    except OSError as error:
        raise VerificationError(
            f"{path} cannot be read ({error.strerror}): check the path.", source=str(path)
        ) from error
    except ValidationError as error:
        raise _not_stored(
            path, "brief stored by `summarizer brief --format json`", error
        ) from error


def _not_stored(path: Path, what: str, error: ValidationError) -> VerificationError:
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"])) or "the file"
    return VerificationError(f"{path} is no {what} ({place}: {first['msg']}).", source=str(path))


def _exact_text(path: Path, brief: Brief) -> str:
    """The article's text as reading it again gives it."""
    limit = max(2 * len(brief.article.text), 100_000)
    settings = load_settings(max_article_chars=limit)
    return read_article(str(path), settings).text


def _complain(error: SummarizerError, source: str) -> None:
    prefix = f"{source}: " if source and source not in str(error) else ""
    print(f"summarizer: {prefix}{error}", file=sys.stderr, flush=True)


def _give_up(left: Sequence[str]) -> None:
    if left:
        print(f"summarizer: not begun: {', '.join(left)}", file=sys.stderr)


def _names(sources: Sequence[str]) -> list[str]:
    """A file name for each source, none twice."""
    names: list[str] = []
    for source in sources:
        slug, count = _slug(source), 1
        while (name := slug if count == 1 else f"{slug}-{count}") in names:
            count += 1
        names.append(name)
    return names


def _slug(source: str) -> str:
    """A file name for a source: its last path part without its ending."""
    name = "stdin" if source == "-" else Path(source.rstrip("/")).name
    stem = Path(name.split("?", 1)[0]).stem or "brief"
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "brief"
