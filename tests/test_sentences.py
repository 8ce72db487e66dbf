"""Sentences: their spans give the text back, and end where a reader would end them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from summarizer.models import Sentence
from summarizer.sentences import split_sentences

# What tells splitters apart: abbreviations, marks, quotes, line ends, scripts without spaces.
PIECES = (
    "Dr. Who left.", "U.S. troops", "It rose 3.5 percent.", "He asked: “Why?” She", "No", "!", "?",
    ". ", "…", "\r\n", "\n", "\n\n", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\t", " ", "\xa0",
    "\u200b", "\ufeff", "\u2060", "“", "”", "„", "«", "»", "'", '"', "(", ")", "彼は言った。",
    "「はい」", "他走了。", "👩\u200d🚀", "🇵🇪", "e\u0301", "مرحبا.", "؟", "\x00", "\x1c", "- ",
    "* * *", "x" * 300, "a. " * 80,
)  # fmt: skip
texts = st.text() | st.lists(st.sampled_from(PIECES)).map("".join)
languages = st.sampled_from(("en", "de", "fr", "ja", "zh", "ar", "xx", ""))


def split(text: str, language: str = "en") -> list[str]:
    """The sentences' texts."""
    return [sentence.text for sentence in split_sentences(text, language)]


def assert_sound(text: str, sentences: list[Sentence]) -> None:
    """The spans are in order, trimmed, verbatim, and leave out nothing but white space."""
    assert [s.number for s in sentences] == list(range(1, len(sentences) + 1))
    for sentence in sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip() != ""
    edges = [0, *(edge for s in sentences for edge in (s.start, s.end)), len(text)]
    assert edges == sorted(edges)
    assert all(not text[a:b].strip() for a, b in zip(edges[::2], edges[1::2], strict=True))
    paragraphs = [s.paragraph for s in sentences]
    assert paragraphs[:1] in ([], [1])
    assert all(b - a in (0, 1) for a, b in pairwise(paragraphs))


@given(texts, languages)
@examples(max_examples=400, deadline=None)
def test_spans_and_white_space_give_the_text_back(text: str, language: str) -> None:
    """Of any text and language: ordered, trimmed, verbatim, and only white space between."""
    assert_sound(text, split_sentences(text, language))


@given(st.lists(st.sampled_from(PIECES), min_size=1), st.integers(4_990, 5_010))
@examples(max_examples=40, deadline=None)
def test_spans_hold_where_a_long_paragraph_is_parted(pieces: list[str], length: int) -> None:
    """A paragraph longer than what the splitter sees at once is parted as soundly."""
    text = (" ".join(pieces) * length)[:length] + "".join(pieces)
    assert_sound(text, split_sentences(text))


@given(texts)
@examples(max_examples=100, deadline=None)
def test_splitting_a_sentence_keeps_its_text(text: str) -> None:
    """A sentence split once more loses none of its characters."""
    for sentence in split(text):
        assert "".join("".join(split(sentence)).split()) == "".join(sentence.split())


@pytest.mark.parametrize(
    "piece",
    ["x", "a. ", "\n", " ", "\n ", 'Dr. Who said "Hi." ', "“", "彼は言った。", "a\r\n", "."],
)
def test_a_million_characters_are_split(piece: str) -> None:
    """Text of a million characters of any shape is split, soundly."""
    text = (piece * 1_000_000)[: 200_000 if piece == "彼は言った。" else 1_000_000]
    sentences = split_sentences(text)
    assert_sound(text, sentences)
    assert bool(sentences) == bool(text.strip())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Ana Ito left. Mr. Rees stayed.", 2),
        ("The U.S. army left on Jan. 4 with 300 men. It is gone.", 2),
        ("Prices rose 3.5 percent to $4.20. Wages did not.", 2),
        ("Is it over? No! It goes on.", 3),
        ("J. K. Rowling wrote it.", 1),
        ("“It is over.” She left.", 2),
        ("彼は言った。彼女は去った。", 2),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: int) -> None:
    """Abbreviations, decimals and initials end no sentence; stops of other scripts do."""
    language = "ja" if text.startswith("彼") else "en"
    assert len(split(text, language)) == expected


def test_a_quotation_of_several_sentences_stays_with_its_speaker() -> None:
    """Stops within quotation marks part no sentence from the one who speaks it."""
    text = "“We will stay. We will not move,” she said. He left."
    assert split(text) == ["“We will stay. We will not move,” she said.", "He left."]


def test_line_ends_in_wrapped_mail_are_mere_wrapping() -> None:
    """In text wrapped by hand a sentence runs over line ends, a blank line ends a paragraph."""
    text = (
        "The council of Port Ellery voted on Tuesday to close\n"
        "the old grain pier, ending a dispute that had run for\n"
        "three years. Dock workers will go to court.\n"
        "\n"
        "The pier was built in 1911 and is rotten in more than\n"
        "one place.\n"
    )
    sentences = split_sentences(text)
    assert [s.paragraph for s in sentences] == [1, 1, 2]
    assert sentences[0].text.endswith("had run for\nthree years.")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x85", "\u2028", "\u2029", "\x0b", "\r"])
def test_a_line_is_a_paragraph_where_lines_are_whole(end: str) -> None:
    """Where each line holds whole sentences, each is a paragraph, whatever ends it."""
    text = f"The pier is shut.{end}Dock workers struck. They will go on.{end}{end}The city waits."
    sentences = split_sentences(text)
    assert [s.paragraph for s in sentences] == [1, 2, 2, 3]


def test_a_title_is_a_sentence_of_its_own() -> None:
    """A title without a stop does not run into the text below it."""
    text = "Port Ellery shuts its pier\n\nThe council voted on Tuesday. It was close."
    assert split(text)[0] == "Port Ellery shuts its pier"
    assert len(split(text)) == 3


def test_a_piece_without_a_word_joins_the_sentence_before() -> None:
    """Marks that stand alone open no sentence, but within their paragraph only."""
    assert split("It is over. ***") == ["It is over. ***"]
    assert split("It is over.\n***\nIt is not.") == ["It is over.", "***", "It is not."]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u2028\t\xa0\r\n"])
def test_white_space_holds_no_sentence(text: str) -> None:
    """Empty text and white space have no sentence."""
    assert split_sentences(text) == []


def test_a_zero_width_character_is_no_white_space() -> None:
    """Characters without width are part of the text, not of what lies between sentences."""
    assert split("\u200b") == ["\u200b"]
    assert re.sub(r"\s", "", "".join(split("A\u200b b. \ufeffC d."))) == "A\u200bb.\ufeffCd."


def test_offsets_count_code_points() -> None:
    """Characters beyond the basic plane count as one each."""
    first, second = split_sentences("👩‍🚀 left 🇵🇪 on 𝟚 May. She is back.")
    assert (first.start, second.text) == (0, "She is back.")
    assert second.start == len("👩‍🚀 left 🇵🇪 on 𝟚 May. ")
