"""Loads PolNeAR, the Political News Attribution Relations Corpus, as gold of claims alone.

Source: Edward Newell, Drew Margolin, Derek Ruths, "An Attribution Relations Corpus for Political
News", LREC 2018; https://github.com/networkdynamics/PolNeAR, as of its commit c3eee83. Its
README grants no licence to the data (the software beside it is MIT), and the articles belong to
their seven publishers: fetch it yourself, and keep it and recordings made of it to yourself.

Read are PART/text/NAME.txt and PART/attributions/NAME_ANNOTATOR.ann (brat's format). An event
`Attribution` joins a source, a cue and a content, `Attribution-no-source` a cue and a content.
Where several annotators worked on an article, the first by name is read.

| PolNeAR | here |
|---|---|
| an attribution with a cue and a content | a claim |
| sentences of content and cue | evidence |
| words of the content, by 25 | `what` and its alternates |
| names that the source consists of | `who`; of a pronoun or a description nobody |
| the cue | `act`; no verb of a statement makes the claim optional, see `cues` |
| no source, or all in the headline | the claim is optional |

PolNeAR marks every attribution, thoughts and repeats too, and one for a cue however long the
quotation; a brief has one for a statement and none for a repeat. So recall and precision are
both lower than a brief's own quality; they compare models and versions with one another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from evals.errors import GoldError
from evals.external.brat import Annotation, Event, Standoff, parse
from evals.external.cases import Loaded, cited, left_out, spread, wordings
from evals.external.cues import read_cue
from evals.external.names import cast_of, named, who_of
from evals.gold import GoldActor, GoldCase, GoldClaim
from summarizer.models import Article, Frozen, Sentence
from summarizer.sentences import split_sentences

URL = "https://github.com/networkdynamics/PolNeAR"
_OUTLETS = {
    "breitbart": "Breitbart",
    "huff-post": "Huffington Post",
    "nyt": "New York Times",
    "politico": "Politico",
    "usa-today": "USA Today",
    "wash-post": "Washington Post",
    "west-journal": "Western Journalism",
}
_NAME = re.compile(r"(?P<publisher>[a-z-]+)_(?P<date>\d{4}-\d\d-\d\d)_.+")
_ROLES = ("Source", "Cue", "Content")
_UNUSABLE = "attribution without a cue or a content"


class _Attribution(Frozen):
    """What a source says, each part in the order of the text; a part may be missing."""

    source: tuple[Annotation, ...]
    cue: tuple[Annotation, ...]
    content: tuple[Annotation, ...]

    @property
    def wordings(self) -> tuple[str, ...]:
        """Those of the content; () where it has no word."""
        return wordings(part.covered for part in self.content)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names, or () where somebody in the source has none."""
        each = [named(" ".join(part.covered.split())) for part in self.source]
        return tuple(dict.fromkeys(n for names in each for n in names)) if all(each) else ()


class _Read(Frozen):
    """An article, and why some of its attributions became no item."""

    case: GoldCase
    left_out: tuple[str, ...]


def load_polnear(folder: Path, limit: int = 0) -> tuple[GoldCase, ...]:
    """At most `limit` articles as cases with claims, evenly spaced over the sorted names, so over
    all publishers; all for 0.

    `folder` is the repository or its folder `data`, of which the part `test` is read (the authors
    ask to use it for scores alone, and never to look at), or a part: `data/dev`, `data/train`.

    Raises:
        GoldError: the folder is none of these, or its annotations are not of its texts.
    """
    return read_polnear(folder, limit).cases


def read_polnear(folder: Path, limit: int = 0) -> Loaded:
    """`load_polnear` with a count of what became no item."""
    part = _part(folder)
    texts = sorted((part / "text").glob("*.txt"))
    read = [_article(path, part / "attributions") for path in spread(texts, limit)]
    return Loaded(
        cases=tuple(article.case for article in read),
        available=len(texts),
        left_out=left_out(reason for article in read for reason in article.left_out),
    )


# --- files ------------------------------------------------------------------------------------


def _part(folder: Path) -> Path:
    for part in (folder, folder / "data" / "test", folder / "test"):
        if any((part / "text").glob("*.txt")) and any((part / "attributions").glob("*.ann")):
            return part
    raise GoldError(
        f"{folder}: is not the PolNeAR corpus, which has data/test/text/*.txt and "
        f"data/test/attributions/*.ann; clone {URL} and name that folder."
    )


def _article(path: Path, attributions: Path) -> _Read:
    text = _read(path)
    pattern = re.compile(rf"{re.escape(path.stem)}_[^_]+\.ann")
    found = sorted(p for p in attributions.iterdir() if pattern.fullmatch(p.name))
    if not found:
        raise GoldError(f"{path}: has no {path.stem}_*.ann in {attributions}; clone {URL} again.")
    standoff = parse(_read(found[0]))
    _require_text(standoff, text, found[0], path)
    return _converted(path.stem, text, standoff)


def _read(path: Path) -> str:
    try:
        # Not read_text: it would turn line ends into others and so move the offsets.
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: cannot be read ({error}); clone {URL} again.") from error


def _require_text(standoff: Standoff, text: str, path: Path, text_path: Path) -> None:
    wrong = next((a for a in standoff.annotations if not a.stands(text)), None)
    if wrong is not None:
        raise GoldError(
            f"{path}: {wrong.id} does not stand in {text_path} at its offsets; clone {URL} again, "
            "with git's setting core.autocrlf off."
        )


# --- one article ------------------------------------------------------------------------------


def _converted(name: str, text: str, standoff: Standoff) -> _Read:
    read = [_attribution(standoff, event) for event in standoff.events]
    usable = [found for found in read if found.cue and found.wordings]
    cast = cast_of([name for found in usable for name in found.speakers], text)
    sentences = split_sentences(text)
    claims = [_claim(found, sentences, cast) for found in usable]
    case = GoldCase(
        id=name,
        domain="polnear",
        article=_head(name, text),
        actors=cast,
        items=tuple(sorted(claims, key=lambda claim: claim.evidence[0].start)),
        headline="",
        summary=(),
    )
    return _Read(case=case, left_out=(_UNUSABLE,) * (len(read) - len(usable)))


def _head(name: str, text: str) -> Article:
    """The text's first line is the headline, so the article gets no other."""
    found = _NAME.fullmatch(name)
    publisher, date = (found["publisher"], found["date"]) if found else ("", "")
    return Article(text=text, outlet=_OUTLETS.get(publisher, publisher), date=date, source=name)


def _attribution(standoff: Standoff, event: Event) -> _Attribution:
    source, cue, content = (standoff.in_role(event, role) for role in _ROLES)
    return _Attribution(source=source, cue=cue, content=content)


def _claim(
    found: _Attribution, sentences: Sequence[Sentence], cast: Sequence[GoldActor]
) -> GoldClaim:
    evidence = cited([s for part in (*found.cue, *found.content) for s in part.spans], sentences)
    what, *alternates = found.wordings
    cue = read_cue(" ".join(part.covered for part in found.cue))
    in_headline = evidence.evidence[-1].end <= sentences[0].end
    return GoldClaim(
        type="claim",
        sentences=evidence.sentences,
        evidence=evidence.evidence,
        who=who_of(found.speakers, cast),
        whom=(),
        what=what,
        alternates=tuple(alternates),
        reported_by=(),
        status="happened",
        act=cue.act,
        must=bool(found.source) and cue.statement and not in_headline,
    )
