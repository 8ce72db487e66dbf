"""An HTML page to an Article: its main text and what its markup says of it."""

from __future__ import annotations

from typing import Any

from summarizer.errors import InputError
from summarizer.models import Article, Frozen
from summarizer.sources.article_rule import refuse_no_article
from summarizer.sources.metadata import DEFAULT_LANGUAGE, host_name, language_code, split_url
from summarizer.sources.raw import OPEN_IT, Raw
from summarizer.web.wording import shown

_LANGUAGES = (
    "/html/@lang | /html/@*[name()='xml:lang']"
    " | //meta[translate(@http-equiv, 'CL', 'cl')='content-language']/@content"
    " | //meta[@property='og:locale']/@content"
)


class _Found(Frozen):
    """What trafilatura finds in a page; an empty string is nothing found."""

    text: str
    title: str
    sitename: str
    date: str
    canonical: str
    languages: tuple[str, ...]


def article_from_html(html: str, raw: Raw) -> Article:
    """Extract the article from a page: no menus, banners, tables or comments.

    Each paragraph is a line. The URL is the one the page was read from, or its canonical one on
    the same host; the outlet is the site's name, or its host. The date is taken from the page's
    markup only.

    Raises InputError if the page holds no article, by the rule of `article_rule`.
    """
    found = _extract(html, raw)
    refuse_no_article(found.text, html, raw.source)
    url = _url(raw.url, found.canonical)
    codes = filter(None, map(language_code, found.languages))
    return Article(
        text=found.text,
        title=found.title,
        outlet=_outlet(found.sitename, url),
        url=url,
        date=found.date,
        language=next(codes, DEFAULT_LANGUAGE),
        source=raw.source,
    )


def _extract(html: str, raw: Raw) -> _Found:
    try:
        tree = _tree(html)
        return _found(tree, raw.url)
    except Exception as error:  # a parser over hostile input, with no error type of its own
        raise InputError(
            f"The page {shown(raw.source)} cannot be taken apart; {OPEN_IT}.", source=raw.source
        ) from error


def _tree(html: str) -> Any:
    """The page as lxml's tree, which has no types."""
    from trafilatura import load_html

    tree = load_html(html)
    # A fragment of one element is refused by load_html, unless something is around it.
    return tree if tree is not None else load_html(f"<html><body>{html}</body></html>")


def _found(tree: Any, url: str) -> _Found:
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    document = bare_extraction(
        tree,
        url=url or None,
        with_metadata=True,
        include_comments=False,
        include_tables=False,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    document = document if isinstance(document, Document) else Document()
    return _Found(
        text=(document.text or "").strip(),
        title=document.title or "",
        sitename=document.sitename or "",
        date=document.date or "",
        canonical=document.url or "",
        languages=tuple(map(str, tree.xpath(_LANGUAGES))),
    )


def _url(fetched: str, canonical: str) -> str:
    """The canonical URL if it can be believed, else the fetched one.

    A canonical URL that is a home page is a mistake of the site, or its base element.
    """
    parts = split_url(canonical)
    if parts.scheme not in ("http", "https") or parts.path in ("", "/"):
        return fetched
    if parts.username is not None or (fetched and parts.hostname != split_url(fetched).hostname):
        return fetched
    return canonical


def _outlet(sitename: str, url: str) -> str:
    """The site's name, unless it is only a URL; then the host without "www."."""
    if sitename and "://" not in sitename and sitename not in split_url(url).netloc:
        return sitename
    return host_name(url)
