"""News agencies' formats, NITF and NewsML, into JSON records; ninjs is JSON already.

Version, embargo, status, correction and language are kept. IPTC's elements are found by their local names, because
namespaces and versions differ. Knows nothing of cleaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from dateline.index.errors import ArticleError

ROOTS = ("nitf", "newsItem", "packageItem", "newsMessage", "conceptItem", "knowledgeItem", "NewsML", "newsml")
_UNUSABLE = {"canceled", "cancelled", "killed", "withheld"}
_BLOCKS = ("p", "hl2", "h1", "h2", "h3", "h4", "li", "pre", "tr", "blockquote")


def xml_root(payload: bytes) -> Any:
    """The root element of an XML file; entities are not expanded and nothing is fetched. Raises ArticleError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(payload, parser)
    except etree.XMLSyntaxError as error:
        raise ArticleError(
            f"The XML is broken at line {error.lineno}: {error.msg}.", hint="Fetch the file again."
        ) from error


def local(node: Any) -> str:
    """An element's name without its namespace; empty for comments and processing instructions."""
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def items_of(root: Any) -> Iterator[dict[str, Any]]:
    """The news items of a root in `ROOTS`, each as a JSON record; packages and concepts are skipped."""
    if local(root) == "nitf":
        yield _nitf(root)
        return
    for item in root.iter():
        if local(item) == "newsItem":
            yield _news_item(item)
        elif local(item) == "NewsItem":
            yield _newsml_1(item)


def _nitf(root: Any) -> dict[str, Any]:
    docdata = _first(root, "docdata")
    meta = {(node.get("name") or "").lower(): node.get("content") for node in _all(root, "meta")}
    return _kept(
        {
            "id": _attribute(docdata, "doc-id", "id-string"),
            "title": _words(_first(root, "hl1")) or _words(_first(root, "title")),
            "byline": _byline(_first(root, "byline")),
            "outlet": _words(_first(root, "distributor")) or _attribute(root, "pubdata", "name")
            or _attribute(docdata, "doc.copyright", "holder") or meta.get("publisher"),
            "published": _attribute(docdata, "date.issue", "norm") or _attribute(root, "story.date", "norm")
            or _attribute(root, "pubdata", "date.publication"),
            "embargo": _attribute(docdata, "date.release", "norm") if _is_embargoed(docdata) else None,
            "status": _status(_attribute(root, "docdata", "management-status") or meta.get("status")),
            "corrects": _attribute(docdata, "correction", "id-string"),
            "language": _language(root),
            "url": _attribute(root, "pubdata", "ex-ref"),
            "note": " ".join(filter(None, (node.get("info") for node in _all(root, "ed-msg")))),
            "text": _paragraphs(_first(root, "body.content")),
        }
    )  # fmt: skip


def _is_embargoed(docdata: Any) -> bool:
    """Whether a release date is an embargo: it is later than the issue, or the file is marked so."""
    status = docdata.get("management-status", "").lower() if docdata is not None else ""
    issued = _attribute(docdata, "date.issue", "norm") or ""
    return "embargo" in status or (_attribute(docdata, "date.release", "norm") or "")[:15] > issued[:15] > ""


def _news_item(item: Any) -> dict[str, Any]:
    meta, content = _first(item, "itemMeta"), _first(item, "contentMeta")
    body = _first(item, "contentSet")
    nitf = _first(body, "nitf")
    inner = _nitf(nitf) if nitf is not None else {}
    status = _attribute(meta, "pubStatus", "qcode") or _words(_first(meta, "pubStatus"))
    return inner | _kept(
        {
            "id": item.get("guid"),
            "title": _words(_first(content, "headline")) or _words(_first(meta, "title")),
            "byline": _byline(_first(content, "by")) or _words(_first(content, "creator")),
            "outlet": _words(_first(meta, "provider")) or _attribute(meta, "provider", "literal")
            or _attribute(item, "copyrightHolder", "literal"),
            "published": _words(_first(meta, "firstCreated")) or _words(_first(content, "contentCreated"))
            or _words(_first(meta, "versionCreated")),
            "updated": _words(_first(meta, "versionCreated")),
            "embargo": _words(_first(meta, "embargoed")),
            "status": _status((status or "").rpartition(":")[2]),
            "corrects": next((link.get("residref") or link.get("href") for link in _all(item, "link")
                              if (link.get("rel") or "").lower().endswith(("corrects", "correctionof"))), None),
            "language": _attribute(content, "language", "tag") or _language(item),
            "note": _words(_first(meta, "edNote")),
            "text": inner.get("text") or _paragraphs(body),
        }
    )  # fmt: skip


def _newsml_1(item: Any) -> dict[str, Any]:
    """NewsML 1, the predecessor of NewsML-G2."""
    nitf = _first(item, "nitf")
    inner = _nitf(nitf) if nitf is not None else {}
    return inner | _kept(
        {
            "id": _words(_first(item, "PublicIdentifier")) or _words(_first(item, "NewsItemId")),
            "title": _words(_first(item, "HeadLine")),
            "byline": _byline(_first(item, "ByLine")),
            "outlet": _attribute(_first(item, "Provider"), "Party", "FormalName"),
            "published": _words(_first(item, "FirstCreated")),
            "updated": _words(_first(item, "ThisRevisionCreated")),
            "status": _status(_attribute(item, "Status", "FormalName")),
            "language": _attribute(item, "Language", "FormalName"),
            "text": inner.get("text") or _paragraphs(_first(item, "DataContent")),
        }
    )


def _status(raw: str | None) -> str | None:
    return raw if raw is not None and raw.lower() in _UNUSABLE else None


def _kept(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value not in (None, "", [])}


def _first(node: Any, name: str) -> Any:
    return next(_all(node, name), None)


def _all(node: Any, name: str) -> Iterator[Any]:
    return (found for found in node.iter() if local(found) == name) if node is not None else iter(())


def _attribute(node: Any, name: str, attribute: str) -> str | None:
    return next((found.get(attribute) for found in _all(node, name) if found.get(attribute)), None)


def _words(node: Any) -> str | None:
    return " ".join("".join(node.itertext()).split()) or None if node is not None else None


def _byline(node: Any) -> str | None:
    person = _words(_first(node, "person"))
    return person or _words(node)


def _language(node: Any) -> str | None:
    tag: str | None = node.get("{http://www.w3.org/XML/1998/namespace}lang") or node.get("lang")
    return tag


def _paragraphs(body: Any) -> list[str]:
    """The text of a body's blocks, each once; without blocks its lines."""
    if body is None:
        return []
    blocks = [node for node in body.iter() if local(node) in _BLOCKS]
    innermost = [node for node in blocks if not any(local(below) in _BLOCKS for below in node.iterdescendants())]
    found = [words for node in innermost if (words := _words(node))]
    whole = "".join(body.itertext())
    return found or [" ".join(line.split()) for line in whole.split("\n") if line.strip()]
