"""Which address of the board becomes which file, and how a page's links follow."""

import posixpath
import re
from html import escape, unescape
from urllib.parse import parse_qsl, quote, urlsplit

LANGUAGES = {"zh-hans": "zh", "en": "en"}
CASES = re.compile(r"/board/cases/K-[0-9A-Z]{4}-[0-9A-Z]{4}/\Z")
CASE_DATA = re.compile(r"/api/v1/board/cases/K-[0-9A-Z]{4}-[0-9A-Z]{4}/\Z")
ENTRY = re.compile(r"/board/record/(?:entry|inclusion|consistency|tile|checkpoint)/")
# A list is written whole and by one thing at a time, page after page; a search is not.
FILTERS = frozenset({"plan", "disease", "province", "result", "stage", "state", "kind"})
PLACES = frozenset({"before", "after", "cursor", "page"})
_DATA = "bundle|record|file|proof|checkpoint|keys|consistency"
_LINK = re.compile(rf'(\s)(href|src|action|data-(?:{_DATA}))="([^"]*)"')


def is_page_of_language(address: str) -> bool:
    """Say whether an address answers a page, which each language has for itself."""
    path = urlsplit(address).path
    return path.endswith("/") and not path.startswith("/api/")


def file_of(address: str, language: str) -> str:
    """Return the file of an exported address, relative to the export's folder.

    `/board/periods/` in English is `en/periods/index.html`; a case is one file in its folder;
    what has no language is under `data/`, styles and scripts under `static/`.
    """
    parts = urlsplit(address)
    path = parts.path
    if path.startswith("/static/"):
        return path.lstrip("/")
    if CASE_DATA.match(path):
        return f"data/cases/{path.rstrip('/').rsplit('/', 1)[1]}.json"
    if not is_page_of_language(address):
        return "data/" + path.removeprefix("/board/").lstrip("/")
    stem = path.removeprefix("/board/").lstrip("/")
    if CASES.match(path):
        return f"{LANGUAGES[language]}/{stem.rstrip('/')}.html"
    places = "".join(
        f"{name}-{quote(value, safe='')}/" for name, value in sorted(parse_qsl(parts.query))
    )
    return f"{LANGUAGES[language]}/{stem}{places}index.html"


def is_exported(address: str) -> bool:
    """Say whether an address is one of the export's files."""
    parts = urlsplit(address)
    if parts.path.startswith("/static/") or CASE_DATA.match(parts.path):
        return True
    if not parts.path.startswith(("/board/", "/help/")) or ENTRY.match(parts.path):
        return False
    names = [name for name, _value in parse_qsl(parts.query, keep_blank_values=True)]
    filters = [name for name in names if name in FILTERS]
    return len(filters) <= 1 and all(name in FILTERS | PLACES for name in names)


def resolved(link: str, address: str) -> str:
    """Return a page's link as a whole address on this server, without its fragment."""
    if link.startswith("?"):
        return urlsplit(address).path + link.partition("#")[0]
    if link.startswith("/"):
        return link.partition("#")[0]
    return posixpath.normpath(posixpath.join(urlsplit(address).path, link.partition("#")[0]))


def links_of(page: str, address: str) -> list[str]:
    """Return the exported addresses a page leads to, each in its own language."""
    found = []
    for _space, name, value in _LINK.findall(page):
        link = unescape(value)
        if name == "action" or not link.startswith(("/", "?")) or link.startswith("//"):
            continue
        target = _without_language(resolved(link, address))[0]
        if is_exported(target):
            found.append(target)
    return list(dict.fromkeys(found))


def with_file_links(page: str, address: str, language: str, live: str) -> str:
    """Return the page with every link leading to a file beside it, or to the live board.

    Forms and what is not exported lead to the live board's address.
    """
    own = posixpath.dirname(file_of(address, language))

    def changed(match: re.Match[str]) -> str:
        space, name, value = match.groups()
        link = unescape(value)
        if not link.startswith(("/", "?")) or link.startswith("//"):
            return match[0]
        target, chosen = _without_language(resolved(link, address))
        fragment = f"#{link.partition('#')[2]}" if "#" in link else ""
        if name == "action" or not is_exported(target):
            return f'{space}{name}="{escape(live + resolved(link, address) + fragment)}"'
        there = file_of(target, chosen or language)
        return f'{space}{name}="{escape(quote(posixpath.relpath(there, own)) + fragment)}"'

    return _LINK.sub(changed, page)


def _without_language(address: str) -> tuple[str, str]:
    """Return an address without its `lang`, and the language it asked for."""
    parts = urlsplit(address)
    kept, chosen = [], ""
    for piece in parts.query.split("&") if parts.query else []:
        if piece.startswith("lang="):
            chosen = piece.removeprefix("lang=")
        else:
            kept.append(piece)
    query = f"?{'&'.join(kept)}" if kept else ""
    return parts.path + query, chosen if chosen in LANGUAGES else ""
