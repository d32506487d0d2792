"""HTML pages and fragments into drafts: metadata from the head and JSON-LD, visible text of the article alone.

The main text is found by trafilatura, after hidden elements were removed. Knows nothing of cleaning.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from lxml import etree  # type: ignore[import-untyped, unused-ignore]
from lxml import html as lxml_html

from dateline.index.dates import dates_in
from dateline.index.errors import ArticleError
from dateline.index.read.decode import Decoded, decode
from dateline.index.read.entities import unescaped
from dateline.index.read.html_tables import unfold_tables
from dateline.index.read.json_ld import LinkedData, linked_data
from dateline.index.read.lines import byline_in, foreign_byline_in, is_list_header, is_prose, reason_for
from dateline.index.read.metadata import from_mapping, names_of
from dateline.index.read.record import Draft, Value

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})|<\?xml[^>]*encoding=["']([A-Za-z0-9_.:-]+)""")
_HIDING = re.compile(
    r"""display\s*:\s*none | visibility\s*:\s*hidden | font-size\s*:\s*0(?![.\d]) | opacity\s*:\s*0(?![.\d])
      | (?:left|top|right|bottom|text-indent)\s*:\s*-\d{4,}                            # off the page
      | clip\s*:\s*rect\(\s*[01](?:px)?[,\s] | clip-path\s*:\s*inset\(\s*(?:50|100)%
      | (?<![\w-])color\s*:\s*transparent
      | (?<![\w-])color\s*:\s*(?P<text>[^;\s]+)\s*;(?:.*;)?\s*background(?:-color)?\s*:\s*(?P=text)\s*(?:;|$)
      | (?<![\w-])background(?:-color)?\s*:\s*(?P<ground>[^;\s]+)\s*;(?:.*;)?\s*color\s*:\s*(?P=ground)\s*(?:;|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_AT_RULE = re.compile(r"@[^{};]+(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE_SELECTOR = re.compile(r"[.#][A-Za-z_][\w-]*$")
_UNSEEN_CLASSES = {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only",
                   "hidden", "d-none", "is-hidden", "noprint-only", "print-only"}  # fmt: skip
# Seen, but never the article's own words. Class names are compared whole, split at anything but letters.
_FURNITURE_TAGS = {"script", "style", "noscript", "template", "iframe", "object", "svg", "canvas", "audio", "video",
                   "figcaption", "nav", "button", "select", "textarea", "dialog", "menu"}  # fmt: skip
_FURNITURE_ROLES = {"dialog", "alertdialog", "navigation", "search", "menu", "menubar", "complementary", "contentinfo"}
_FURNITURE_CLASSES = {"caption", "pullquote", "newsletter", "related", "promo", "comments", "comment", "cookie",
                      "cookies", "breadcrumb", "breadcrumbs", "share", "sharing", "social", "recommended", "advert",
                      "advertisement", "signup", "gdpr", "consent", "paywall", "byline"}  # fmt: skip
_WHOLE = {"html", "body", "main", "article"}
_BOXES = {"newsletter", "comment line", "share bar", "promotion", "cookie notice", "advertisement"}
_BREAKS_OFF = re.compile(r"(?:…|\.\.\.)\s*(?:\n|$)")
_META = {
    "title": ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title"),
    "outlet": ("og:site_name", "publisher", "dc.publisher", "application-name"),
    "byline": ("article:author", "author", "byl", "dc.creator", "parsely-author", "sailthru.author"),
    "url": ("og:url", "twitter:url", "parsely-link"),
    "language": ("og:locale", "content-language", "dc.language", "language"),
    "published": ("article:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date",
                  "publication_date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date",
                  "parsely-pub-date", "sailthru.date", "og:published_time", "article.published"),
    "updated": ("article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified",
                "dcterms.modified", "article.updated"),
}  # fmt: skip


def draft_of(payload: bytes, address: str | None = None) -> Draft:
    """The draft of a page. Raises ArticleError if no article can be found in it."""
    decoded = _decoded(payload)
    tree = _tree(decoded.text)
    if tree is None:
        raise ArticleError("The page has no article in it.", hint="Save the article's own page, with its text.")
    linked = linked_data(tree)
    fields, own_id = metadata_of(tree, linked)
    if address is not None:
        fields.setdefault("url", Value(address, "metadata"))
    prune(tree)
    _visible_fields(tree, fields)
    text, cut = _whole_text(_main_text(tree), linked)
    if not text:
        raise ArticleError(
            "The page has no article in it: only menus, links or notices were found.",
            hint="Save the article's own page after it has loaded, not a front page or a list of links.",
        )
    notes: tuple[str, ...] = ()
    if decoded.replaced:
        notes = (f"{decoded.replaced} characters could not be read as {decoded.encoding} and were replaced by U+FFFD; "
                 "save the page again as UTF-8.",)  # fmt: skip
    return Draft(text, fields, own_id, notes, cut=cut, prose_only=True)


def _whole_text(visible: str, linked: LinkedData) -> tuple[str, str | None]:
    """The visible text, or `articleBody` if the page shows only its beginning; and the mark of a truncated text.

    `articleBody` counts only if it begins as the page does: text that is never shown is not the article.
    """
    body = linked.body
    if "<" in body:
        body = text_of_fragment(body)
    whole = " ".join(body.split())
    shown = [line for line in (" ".join(line.split()) for line in visible.split("\n")) if is_prose(line)]
    in_both = sum(len(line) for line in shown if line in whole)
    if (
        in_both
        and shown[0] in whole
        and len(whole) > 1.2 * in_both
        and (not linked.is_free or _BREAKS_OFF.search(visible))
    ):
        return body, None
    return visible, None if linked.is_free else "isAccessibleForFree: false"


def text_of_fragment(markup: str) -> str:
    """The visible text of an HTML fragment, as in feeds: one line per paragraph."""
    markup = unescaped(markup)
    if "<" not in markup and "&" not in markup:
        return markup
    tree = _tree(f"<html><body><div>{markup}</div></body></html>")
    if tree is None:
        return ""
    prune(tree)
    return lines_of(tree)


def tree_of(payload: bytes) -> Any:
    """The page's tree, or None if it can't be parsed."""
    return _tree(_decoded(payload).text)


def _decoded(payload: bytes) -> Decoded:
    declared = _CHARSET.search(payload[:4096])
    return decode(payload, (declared[1] or declared[2]).decode("ascii") if declared else None)


def _tree(text: str) -> Any:
    # As bytes: lxml refuses a str with an XML encoding declaration, and NULs end libxml2's reading.
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def metadata_of(tree: Any, linked: LinkedData) -> tuple[dict[str, Value], str | None]:
    """Fields and own id; JSON-LD takes precedence over meta tags, and these over other tags."""
    fields = from_mapping(linked.article)
    own_id = linked.article.get("identifier")
    own_id = own_id.get("value") if isinstance(own_id, dict) else own_id
    metas: dict[str, str] = {}
    for node in tree.iter("meta"):
        key = (node.get("property") or node.get("name") or node.get("itemprop") or node.get("http-equiv") or "").lower()
        content = (node.get("content") or "").strip()
        if key and content:
            metas.setdefault(key, content)
    found = {field: next((metas[key] for key in keys if key in metas), None) for field, keys in _META.items()}
    canonical = next((n.get("href") for n in tree.iter("link") if (n.get("rel") or "").lower() == "canonical"), None)
    found["url"] = canonical or found["url"]
    found["language"] = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or found["language"]
    # The publisher of JSON-LD is often a company, whose name no reader knows the site by.
    if outlet := metas.get("og:site_name") or linked.site_name:
        fields["outlet"] = Value(outlet, "metadata")
    for field, value in found.items():
        if value and not (field == "byline" and value.startswith("http")) and not _is_known(fields.get(field)):
            fields[field] = Value(value, "metadata")
    if "title" not in fields and (title := tree.findtext(".//title")):
        fields["title"] = Value(title.strip(), "metadata")
    return fields, str(own_id) if isinstance(own_id, str | int) and own_id else metas.get("article-id")


def _is_known(value: Value | None) -> bool:
    """Whether a field has a value: a dangling `@id` has none."""
    return value is not None and not (isinstance(value.raw, dict) and not names_of(value.raw))


def prune(tree: Any) -> None:
    """Remove from `tree` what is not shown, and furniture by tags, roles and class names."""
    for node in list(tree.iter("br")):
        node.tail = "\n" + (node.tail or "")
    hidden = _hidden_by_style_sheet(tree)
    for node in list(tree.iter(etree.Element)):
        if node.getparent() is None or node.tag in _WHOLE or node.tag == "head":
            continue
        if _is_hidden(node, hidden) or _is_furniture(node):
            node.drop_tree()
    unfold_tables(tree)
    for heading in list(tree.iter("h2", "h3", "h4", "h5", "h6", "strong", "b")):
        _drop_box(heading)


def _drop_box(heading: Any) -> None:
    """Remove a small box whose heading is that of furniture ("Related stories", "Join our newsletter")."""
    words, box = " ".join(heading.text_content().split()), heading.getparent()
    if not words or box is None or box.getparent() is None or len(words) > 120:
        return
    if is_list_header(words) or reason_for(words) in _BOXES:
        small = box.tag not in _WHOLE and len(box.text_content().split()) <= 80
        (box if small else heading).drop_tree()


def _hidden_by_style_sheet(tree: Any) -> set[str]:
    """Classes and ids that the page's style sheet hides; rules for print and small screens don't count."""
    sheets = " ".join(style.text or "" for style in tree.iter("style"))
    hidden: set[str] = set()
    for selectors, body in _RULE.findall(_AT_RULE.sub("", sheets[:500_000])):
        if _HIDING.search(body):
            hidden.update(s for s in map(str.strip, selectors.split(",")) if _SIMPLE_SELECTOR.match(s))
    return hidden


def _is_hidden(node: Any, hidden: set[str]) -> bool:
    classes = (node.get("class") or "").split()
    return (
        node.get("hidden") is not None
        or (node.get("aria-hidden") or "").lower() == "true"
        or bool(_HIDING.search(node.get("style") or ""))
        or any(name in _UNSEEN_CLASSES or f".{name}" in hidden for name in classes)
        or f"#{node.get('id')}" in hidden
    )


def _is_furniture(node: Any) -> bool:
    if node.tag in _FURNITURE_TAGS or (node.get("role") or "").lower() in _FURNITURE_ROLES:
        return True
    if node.tag == "aside" or (node.tag == "footer" and node.getparent().tag == "body"):
        return True
    names = set(re.split(r"[^a-z]+", f"{node.get('class') or ''} {node.get('id') or ''}".lower()))
    found = names & _FURNITURE_CLASSES
    # A wrapper may be called "share-story comments-open": what holds most of the page is no furniture.
    return bool(found) and found != {"byline"} and len(node.findall(".//p")) < 8


def _visible_fields(tree: Any, fields: dict[str, Value]) -> None:
    """Fill in fields from the visible page: the headline, <time>, and lines marked as byline or date."""
    headline = next((" ".join(n.text_content().split()) for n in tree.iter("h1") if n.text_content().strip()), None)
    title = fields.get("title")
    if headline and title is None:
        fields["title"] = Value(headline, "text")
    elif headline and title and isinstance(title.raw, str) and title.raw.startswith(headline):
        fields["title"] = Value(headline, "metadata")
    times = list(tree.iter("time"))
    marked = [t for t in times if "datepublished" in (t.get("itemprop") or "").lower() or t.get("pubdate") is not None]
    chosen = marked[:1] or (times if len(times) == 1 else [t for t in times if _inside(t, ("article", "main"))][:1])
    if "published" not in fields and chosen and chosen[0].get("datetime"):
        fields["published"] = Value(chosen[0].get("datetime"), "metadata")
    for node in tree.iter(etree.Element):
        words = re.split(r"[^a-z]+", f"{node.get('class') or ''} {node.get('itemprop') or ''}".lower())
        if not {"byline", "dateline", "date", "author", "meta", "by", "time", "published", "timestamp"} & set(words):
            continue
        line = " ".join(node.text_content().split())
        if len(line) > 160:
            continue
        if "published" not in fields and (dates := dates_in(line)):
            fields["published"] = Value(dates[0][0], "text")
        if "byline" not in fields and (name := byline_in(line) or foreign_byline_in(line)):
            fields["byline"] = Value(name, "text")


def _inside(node: Any, tags: tuple[str, ...]) -> bool:
    return any(ancestor.tag in tags for ancestor in node.iterancestors())


def _main_text(tree: Any) -> str:
    """The article's paragraphs, one per line; empty if there are none."""
    import trafilatura

    # It warns on standard error about each page without an article, which the caller reports in better words.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    body = trafilatura.extract(
        tree, output_format="txt", favor_precision=True, include_comments=False, include_tables=False,
        include_links=False, include_images=False, include_formatting=False, deduplicate=False,
    )  # fmt: skip
    return body or ""


_BLOCKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "pre", "section", "ul", "ol", "dd",
           "dt", "article", "table", "figure", "br"}  # fmt: skip


def lines_of(tree: Any) -> str:
    """The text of `tree`, one line per block."""
    parts: list[str] = []
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        if node.tag in _BLOCKS:
            parts.append("\n")
        # White space in markup is a space; only blocks and <br> break a line.
        if event == "start":
            parts.append(re.sub(r"\s+", " ", node.text or ""))
        elif node.tail:
            parts.append("\n" + node.tail[1:] if node.tag == "br" else re.sub(r"\s+", " ", node.tail))
    return re.sub(r" *\n\s*", "\n", "".join(parts)).strip()
