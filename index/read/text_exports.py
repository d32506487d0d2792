"""Text exports of news databases with many articles per file: Nexis and Factiva.

Splits them and reads the lines above and below each text. The layouts are those of real exports; there is no published
description.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_NEXIS_START = re.compile(r"^\s*(?:Document )?(\d+) of (\d+)(?: DOCUMENTS)?\s*$", re.MULTILINE)
_NEXIS_END = re.compile(r"^\s*End of Document\s*$", re.MULTILINE)
_NEXIS_FIELD = re.compile(
    r"^\s*(BYLINE|SECTION|LENGTH|DATELINE|HEADLINE|LOAD-DATE|LANGUAGE|PUBLICATION-TYPE|SUBJECT|Byline|Section|Length|Dateline"
    r"|Load-Date|Language|Body|BODY|Highlight|HIGHLIGHT|Classification|Subject|Publication-Type"
    r"|Correction)\s*:?[ \t]*(.*)$"
)
_FACTIVA_END = re.compile(r"^Document ([A-Za-z]{2,10}0{0,8}20\d{6}[a-z0-9]{6,12})\s*$", re.MULTILINE)
_FACTIVA_TAG = re.compile(
    r"^(HD|BY|CR|WC|PD|ET|SN|SC|ED|PG|LA|CY|LP|TD|CO|IN|NS|RE|IPD|PUB|AN|CLM|SE|CX)(?:\s{2,}|\t+|\s*$)(.*)$"
)
_WORDS = re.compile(r"^[\d,]+ (?:words|Wörter|mots|palabras)$", re.IGNORECASE)
_DAY = re.compile(
    r"^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?(?:\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4})\b.*$"
)
_CLOCK = re.compile(r"^\d{1,2}:\d\d(?:\s*(?:GMT|UTC|[AP]M))?$")
_COPYRIGHT = re.compile(r"^\s*(?:Copyright\b|©|\([cC]\)).*$")
_LANGUAGES = {"english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "dutch": "nl",
              "portuguese": "pt", "russian": "ru", "chinese": "zh", "japanese": "ja", "arabic": "ar"}  # fmt: skip


def is_text_export(text: str) -> bool:
    """Whether a text is an export of Nexis or Factiva."""
    if _FACTIVA_END.search(text):
        return True
    return bool(_NEXIS_START.search(text[:5_000]) or _NEXIS_END.search(text)) and bool(
        re.search(r"^\s*(?:LENGTH|Length|LOAD-DATE|Load-Date|BYLINE|Byline|Body)\s*:?", text, re.MULTILINE)
    )


def articles_in(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The articles of an export, each with the line at which it begins, from 1, and as a JSON record."""
    if _FACTIVA_END.search(text):
        start = 0
        for end in _FACTIVA_END.finditer(text):
            yield text.count("\n", 0, start) + 1, _factiva(text[start : end.start()], end[1])
            start = end.end()
        return
    starts = [match.end() for match in _NEXIS_START.finditer(text)]
    if not starts:
        starts = [0, *(match.end() for match in _NEXIS_END.finditer(text))]
    for this, after in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = _NEXIS_START.sub("", _NEXIS_END.sub("", text[this:after]))
        if piece.strip():
            yield text.count("\n", 0, this) + 1, _nexis(piece)


def _nexis(piece: str) -> dict[str, Any]:
    """Nexis: outlet, date and headline, named fields, the body, and named fields below it."""
    record: dict[str, Any] = {}
    head: list[str] = []
    flush: list[str] = []
    body: list[str] = []
    has_body_line = re.search(r"^\s*Body\s*$", piece, re.MULTILINE | re.IGNORECASE) is not None
    named = False
    in_body = False
    skipping = False
    for line in piece.split("\n"):
        stripped = line.strip()
        field = _NEXIS_FIELD.match(line)
        if field is not None and field[1].upper() != "BODY" and (not in_body or _below(field[1])):
            name, value = field[1].upper(), field[2].strip()
            named, skipping = True, name not in ("LENGTH", "HEADLINE", "BYLINE") and not value
            if name == "HEADLINE":
                head.append(value)
                record["title"] = value
            elif name == "BYLINE":
                record["byline"] = value
            elif name == "LANGUAGE":
                record["language"] = _language(value)
            elif name == "LOAD-DATE" and "published" not in record:
                record["published"] = value
            in_body = in_body or (name == "LENGTH" and not has_body_line)
        elif field is not None:
            in_body, skipping = True, False
        elif _COPYRIGHT.match(line):
            skipping = False
        elif in_body and not skipping:
            body.append(stripped)
        elif not named and stripped:
            head.append(stripped)
            if line[0] == stripped[0] and any(map(_DAY.match, head[:-1])):
                flush.append(stripped)  # what is centred above it is the edition
    days = [line for line in head if _DAY.match(line)]
    names = [line for line in head if line not in days and not _COPYRIGHT.match(line) and line != "All Rights Reserved"]
    if days:
        record["published"] = _day(days[0])
    if "title" not in record and names:
        # Older exports begin with the outlet, newer ones with the headline.
        is_older = bool(days) and head.index(days[0]) == 1 + head.index(names[0])
        record["title"] = (" ".join(flush) or names[-1]) if is_older else names[0]
        record["outlet"] = names[0] if is_older else next((name for name in names[1:]), None)
    elif names:
        record["outlet"] = names[0]
    record["text"] = _joined(body)
    return {name: value for name, value in record.items() if value}


def _factiva(piece: str, accession: str) -> dict[str, Any]:
    lines = piece.strip("\n").split("\n")
    if any(_FACTIVA_TAG.match(line) for line in lines[:3]):
        return _factiva_tagged(lines, accession)
    lines = [line.strip() for line in lines]
    while lines and not lines[0]:
        lines.pop(0)
    at = next((n for n, line in enumerate(lines) if _WORDS.match(line)), None)
    if at is None:
        return {"id": accession, "title": lines[0] if lines else None, "text": _joined(lines[1:])}
    head, rest = [line for line in lines[:at] if line], lines[at + 1 :]
    record: dict[str, Any] = {
        "id": accession,
        "title": next((line for line in reversed(head) if not line.startswith("By ")), None),
    }
    record["byline"] = next((line for line in head if line.startswith("By ")), None)
    below = 0
    for below, line in enumerate(rest):
        if _DAY.match(line):
            record["published"] = _day(line)
        elif _COPYRIGHT.match(line):
            below += 1
            break
        elif line.lower() in _LANGUAGES:
            record["language"] = _language(line)
        elif line and not _CLOCK.match(line) and "outlet" not in record and "published" in record:
            record["outlet"] = line
        elif not line:
            break
    record["text"] = _joined(rest[below:])
    return {name: value for name, value in record.items() if value}


def _factiva_tagged(lines: list[str], accession: str) -> dict[str, Any]:
    parts: dict[str, list[str]] = {}
    tag = ""
    for line in lines:
        if match := _FACTIVA_TAG.match(line):
            tag = match[1]
            parts.setdefault(tag, []).append(match[2])
        elif tag:
            parts[tag].append(line)

    def line_of(tag: str) -> str | None:
        return " ".join(" ".join(parts.get(tag, [])).split()) or None

    day = line_of("PD")
    record = {
        "id": accession,
        "title": line_of("HD"),
        "byline": line_of("BY"),
        "outlet": line_of("SN"),
        "published": day and _day(day),
        "language": _language(line_of("LA") or ""),
        "text": _joined([*parts.get("LP", []), "", *parts.get("TD", [])]),
    }
    return {name: value for name, value in record.items() if value}


def _below(name: str) -> bool:
    """Whether a field follows a text; "Correction:" and "Section" may also be words of it."""
    return name.upper() in ("LOAD-DATE", "LANGUAGE", "SUBJECT", "CLASSIFICATION", "PUBLICATION-TYPE")


def _day(line: str) -> str:
    """The date in a line, without weekday, edition and the like."""
    match = re.search(r"\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}", line)
    return match.group() if match else line


def _language(name: str) -> str | None:
    return _LANGUAGES.get(name.lower().split(";")[0].strip())


def _joined(lines: list[str]) -> str:
    """Paragraphs, separated by blank lines in the file, or else one per line."""
    text = "\n".join(line.strip() for line in lines).strip()
    blocks = re.split(r"\n\s*\n", text)
    if len(blocks) == 1:
        return text
    return "\n\n".join(" ".join(block.split()) for block in blocks)
