"""Whatever a model says of whatever article, grounding holds."""

from __future__ import annotations

import copy
import random
from collections import Counter
from typing import Any

from conftest import brief_of, grounded
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from summarizer.grounding import Grounded
from summarizer.grounding.cast import CastIndex
from summarizer.grounding.content import find_evidence, find_fault
from summarizer.grounding.text import one_line
from summarizer.models import SECTIONS, Article, Dropped, DropReason, Extraction
from summarizer.pipeline import verify
from summarizer.sentences import split_sentences

# Names that share words, acronyms, a name that is a verb, letters that change when folded.
NAMES = (
    "Ana Ito", "Ito", "Hugo Brown", "President Ito", "Colombia", "the US", "United States",
    "European Union", "EU", "İnci Şahin", "Ta‘izz", "O`Hara", "Straße AG", "police", "May", "he",
    "", "最高裁", "Will Rees", "two officers",
)  # fmt: skip
WORDS = (
    "said", "brown", "may", "left", "the", "it", "who", "they", "unless", "30,000", "30 000",
    "thirty thousand", "1.5 million", "4.5.2024", "one", "hundreds", "12%", "½", "“sick man”",
    "\"sick man\"", "‘sick", "man’", "»x«", "Colombian", "U.S.", "Brazilian", "www.a.com", "@ito",
    "Dr.", "Unless", "rock’n’roll", "ⓐ", "´", "\u0301", "…", "。", "—",
)  # fmt: skip
SPACES = (" ", " ", " ", ". ", ".\n", "\n\n", "\u2028", "\x85", "\xa0", "-")
LANGUAGES = ("en", "de", "fr", "tr", "ja", "xx", "")

few = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _join(pieces: list[tuple[str, str]]) -> str:
    return "".join(word + space for word, space in pieces)


known_text = st.lists(
    st.tuples(st.sampled_from((*NAMES, *WORDS)), st.sampled_from(SPACES)), max_size=30
).map(_join)
any_text = known_text | st.text(max_size=60)
short = any_text.map(lambda text: text[:160])
names = st.sampled_from(NAMES) | st.text(max_size=12)
numbers = st.lists(st.integers(-1, 9), max_size=3)
name_lists = st.lists(names, max_size=3)

actors = st.fixed_dictionaries(
    {
        "name": names,
        "kind": st.sampled_from(("person", "government", "organization", "group", "company")),
        "role": short,
        "aliases": st.lists(names, max_size=3),
    }
)


def _items(type_: str, **own: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "type": st.just(type_),
            "sentences": numbers,
            "who": name_lists,
            "whom": name_lists,
            "what": any_text.map(lambda text: text[:400]),
            "reported_by": name_lists,
            **own,
        }
    )


items = st.one_of(
    _items("claim", status=st.just("alleged"), act=st.just("says")),
    _items("action", status=st.just("planned"), event=st.just("OTHER")),
    _items("agreement", status=st.just("signed")),
    _items("threat", status=st.just("planned"), mode=st.just("legal"), condition=short),
)
extractions = st.fixed_dictionaries(
    {
        "actors": st.lists(actors, max_size=5),
        "items": st.lists(items, max_size=6),
        "headline": short,
        "summary": st.lists(
            st.fixed_dictionaries({"text": short, "sentences": numbers}), max_size=4
        ),
    }
)
articles = st.builds(Article, text=any_text, title=any_text, language=st.sampled_from(LANGUAGES))


sentences_in_print = st.builds(
    lambda who, words, end: f"{who} said {' '.join(words)}{end}",
    st.sampled_from(NAMES),
    st.lists(st.sampled_from((*WORDS, *NAMES)), max_size=8),
    st.sampled_from((".", "!", "?”", "")),
)
printed = st.builds(
    Article,
    text=st.lists(sentences_in_print, min_size=1, max_size=6).map("\n".join),
    title=st.just("") | sentences_in_print,
    language=st.sampled_from(LANGUAGES),
)


@st.composite
def close_readings(draw: st.DrawFn) -> tuple[Article, Extraction]:
    """An article, and what a model says of it that is nearly right, so that much is kept."""
    article = draw(printed)
    sentences = split_sentences(article.text, article.language)
    said: dict[str, Any] = draw(extractions)
    standing = [name for name in NAMES if name.strip() and name in article.text] or ["Ito"]
    for one in said["actors"]:
        one["name"] = draw(st.sampled_from(standing))
    cast = [one["name"] for one in said["actors"]] or [""]
    for one in [*said["items"], *said["summary"]]:
        sentence = draw(st.sampled_from(sentences))
        words = sentence.text.split(" ")
        first = draw(st.integers(0, len(words) - 1))
        clause = words[first : first + draw(st.integers(1, 9))] + draw(
            st.lists(st.sampled_from((*WORDS, *NAMES)), max_size=1)
        )
        one["sentences"] = [sentence.number, *draw(st.lists(st.integers(1, 2), max_size=1))]
        one["text" if "text" in one else "what"] = " ".join(clause)[:400]
    for one in said["items"]:
        few_names = st.lists(st.sampled_from(cast), min_size=1, max_size=2)
        one["who"], one["whom"] = draw(few_names), draw(few_names | name_lists)
        if "condition" in one and one["what"]:
            one["condition"] = draw(st.sampled_from(("Unless ", "if “", ""))) + one["what"][:140]
    return article, Extraction.model_validate(said)


readings = close_readings() | st.tuples(articles, extractions.map(Extraction.model_validate))


def _dropped(result: Grounded, *sections: str) -> list[Dropped]:
    return [one for one in result.dropped if one.section in sections]


def _kept(result: Grounded) -> list[Any]:
    return [*result.claims, *result.threats, *result.actions, *result.agreements]


@few
@given(readings)
def test_every_quote_stands_at_its_offsets(reading: tuple[Article, Extraction]) -> None:
    """Each quote of the result is the article's text at its offsets, and a whole sentence."""
    article, said = reading
    result = grounded(article, said)
    whole = {(s.number, s.start, s.end) for s in split_sentences(article.text, article.language)}
    parts = [*_kept(result), *result.summary]
    quotes = [quote for part in parts for quote in (*part.evidence, *part.context)]
    quotes += [quote for one in result.actors for quote in one.evidence]
    for quote in (*quotes, *result.headline_evidence):
        assert article.text[quote.start : quote.end] == quote.text
        assert (quote.sentence, quote.start, quote.end) in whole
    assert all(part.evidence for part in parts)
    assert all(one.evidence for one in result.actors)


@few
@given(readings)
def test_nothing_said_disappears(reading: tuple[Article, Extraction]) -> None:
    """Each actor, item and summary sentence said is in the result or in what was dropped."""
    article, said = reading
    result = grounded(article, said)
    assert len(said.items) == len(_kept(result)) + len(_dropped(result, *SECTIONS))
    assert len(said.actors) == len(result.actors) + len(_dropped(result, "actor"))
    own = [sentence for sentence in result.summary if not sentence.replaced]
    assert len(said.summary) == len(own) + len(_dropped(result, "summary"))
    headline = one_line(said.headline)
    assert not headline or headline == result.headline or _dropped(result, "headline")
    assert all(one.detail.endswith(".") for one in result.dropped)


@few
@given(readings)
def test_what_is_kept_verifies(reading: tuple[Article, Extraction]) -> None:
    """A brief made of anything said proves itself against its article, also out of its JSON."""
    article, said = reading
    if split_sentences(article.text, article.language):
        brief = brief_of(article, said)
        assert verify(brief) == []
        assert type(brief).model_validate_json(brief.model_dump_json()) == brief


@few
@given(readings)
def test_grounding_twice_is_the_same(reading: tuple[Article, Extraction]) -> None:
    """The same article and the same words give the same result."""
    assert grounded(*reading) == grounded(*reading)


@few
@given(readings, st.randoms(use_true_random=False))
def test_order_matters_to_repeats_alone(
    reading: tuple[Article, Extraction], shuffle: random.Random
) -> None:
    """Which items are unproven does not depend on their order; which of two that repeat each
    other is kept does, since the first said stands."""
    article, said = reading
    mixed = list(said.items)
    shuffle.shuffle(mixed)
    one, other = (
        grounded(article, said),
        grounded(article, said.model_copy(update={"items": mixed})),
    )

    def unproven(result: Grounded) -> Counter[Dropped]:
        lost = _dropped(result, *SECTIONS, "field")
        return Counter(d for d in lost if d.reason is not DropReason.REPEATED)

    def kept(result: Grounded) -> Counter[Any]:
        return Counter(k.model_copy(update={"id": ""}) for k in _kept(result))

    assert unproven(one) == unproven(other)
    repeats = any(
        d.reason is DropReason.REPEATED
        for result in (one, other)
        for d in _dropped(result, *SECTIONS)
    )
    assert repeats or kept(one) == kept(other)


@few
@given(any_text, st.sampled_from(LANGUAGES))
def test_the_article_proves_its_own_sentences(text: str, language: str) -> None:
    """Every sentence, word by word, stands in itself."""
    sentences = [s.text for s in split_sentences(text, language)]
    for index, sentence in enumerate(sentences):
        evidence = find_evidence(sentences, [index], language)
        assert find_fault(one_line(sentence), evidence, CastIndex(())) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Each (container, key) within."""
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value)
    if isinstance(value, list):
        keys = list(range(len(value)))
    return [p for key in keys for p in ((value, key), *_places(value[key]))]


@few
@given(articles, extractions, json_values, st.data())
def test_random_json_is_refused_or_grounded(
    article: Article, said: dict[str, Any], value: Any, data: st.DataObject
) -> None:
    """JSON with any value in any place either does not fit the schema or is grounded."""
    said = copy.deepcopy(said)
    container, key = data.draw(st.sampled_from(_places(said)))
    container[key] = value
    try:
        fitting = Extraction.model_validate(said)
    except ValidationError:
        return
    grounded(article, fitting)
