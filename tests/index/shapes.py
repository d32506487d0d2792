"""One article in the many shapes that newsrooms have it in: file name → bytes. All words are our own.

Each shape's file holds an article with `FIRST` and `SECOND` as its paragraphs; `REFUSED` has shapes that are refused, with a
word of the reason.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from email.message import EmailMessage
from typing import Any

FIRST = "The harbour board of Ellery voted nine to four on Tuesday to keep the old ferry until the bridge is mended."
SECOND = "Two hundred people had come to the hall, and most of them wanted the ferry to stay, chair Ida Moen said."
TITLE = "Old ferry to run until spring"
DAY = "2024-05-14"
MOMENT = "2024-05-14T09:00:00Z"
URL = "https://gazette.example/2024/05/14/ferry"
TEXT = f"{FIRST}\n\n{SECOND}"
HTML = f"<p>{FIRST}</p><p>{SECOND}</p>"
RECORD: dict[str, Any] = {"id": "ferry", "title": TITLE, "published": MOMENT, "text": TEXT}


def page(head: str = "", body: str = HTML) -> str:
    """An HTML page around the article."""
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>{head}</head>"
        f"<body><article><h1>{TITLE}</h1>{body}</article></body></html>"
    )


def _json(value: object, **options: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, **options).encode()


def _linked(article: dict[str, Any], *others: dict[str, Any]) -> str:
    graph = {
        "@context": "https://schema.org",
        "@graph": [{"@type": "NewsArticle", "headline": TITLE, **article}, *others],
    }
    return f'<script type="application/ld+json">{json.dumps(graph)}</script>'


def _csv(delimiter: str, **columns: str) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter)
    table.writerow(columns)
    table.writerow(columns.values())
    return out.getvalue().encode()


def mail(*, html: bool = False, alternative: bool = False) -> EmailMessage:
    """A newsletter."""
    message = EmailMessage()
    message["From"] = "Ellery Gazette <news@gazette.example>"
    message["Subject"] = f"Morning letter: {TITLE}"
    message["Date"] = "Tue, 14 May 2024 09:00:00 +0000"
    message["Message-ID"] = "<letter-1@gazette.example>"
    if html:
        message.set_content(f"<html><body>{HTML}<p>Unsubscribe</p></body></html>", subtype="html")
    else:
        message.set_content(f"{TEXT}\n\nUnsubscribe\n")
    if alternative:
        message.add_alternative(f"<html><body>{HTML}</body></html>", subtype="html")
    return message


def zipped(files: dict[str, bytes]) -> bytes:
    """A .zip with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def pdf(pages: list[list[tuple[int, int, int, str]]]) -> bytes:
    """A PDF of lines of text: for each page (x, y, size, words), in points from the lower left corner."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        stream = "".join(f"BT /F1 {size} Tf {x} {y} Td ({words}) Tj ET\n" for x, y, size, words in lines)
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {len(objects) + 2} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}endstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return f"{out}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode("latin-1")


def word(*blocks: str | list[list[str]]) -> bytes:
    """A Word file of paragraphs and tables; a bar is where Word began a new page when it last laid the file out."""
    from docx import Document
    from docx.oxml.parser import OxmlElement

    def write(paragraph: Any, text: str) -> None:
        for number, part in enumerate(text.split("|")):
            run = paragraph.add_run()
            if number:
                run._r.append(OxmlElement("w:lastRenderedPageBreak"))
            run.add_text(part)

    document = Document()
    for block in blocks:
        if isinstance(block, str):
            write(document.add_paragraph(), block)
        else:
            table = document.add_table(rows=len(block), cols=len(block[0]))
            for cell, text in zip(table._cells, (text for row in block for text in row), strict=True):
                write(cell.paragraphs[0], text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def rss(text: str, element: str = "description") -> bytes:
    """A feed with one entry."""
    return f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Ellery Gazette</title><link>https://gazette.example</link>
<description>d</description><item><title>{TITLE}</title><link>{URL}</link><guid>ferry</guid>
<pubDate>Tue, 14 May 2024 09:00:00 GMT</pubDate><{element}>{text}</{element}></item></channel></rss>""".encode()


def nitf(docdata: str = "", body: str = HTML) -> bytes:
    """An article as NITF."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">
<nitf><head><title>{TITLE}</title><docdata><doc-id id-string="ferry-7"/><date.issue norm="20240514T090000Z"/>{docdata}</docdata></head>
<body><body.head><hedline><hl1>{TITLE}</hl1></hedline><byline>By <person>Runa Holt</person></byline><distributor>Ellery Wire</distributor>
<dateline><location>ELLERY</location></dateline></body.head><body.content>{body}</body.content></body></nitf>""".encode()


def newsml(meta: str = "", version: int = 1, created: str = MOMENT, body: str = HTML) -> bytes:
    """An article as NewsML-G2."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:wire.example:ferry" version="{version}" xml:lang="en-GB">
<itemMeta><itemClass qcode="ninat:text"/><provider><name>Ellery Wire</name></provider>
<firstCreated>{MOMENT}</firstCreated><versionCreated>{created}</versionCreated>{meta}</itemMeta>
<contentMeta><headline>{TITLE}</headline><by>Runa Holt</by></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html></inlineXML>
</contentSet></newsItem>""".encode()


NEXIS = f"""
                               1 of 2 DOCUMENTS

                              The Ellery Gazette

                            May 14, 2024 Tuesday
                                 City Edition

{TITLE}

BYLINE: Runa Holt

SECTION: NEWS; Pg. 3

LENGTH: 41 words

{FIRST}

{SECOND}

LOAD-DATE: May 15, 2024

LANGUAGE: ENGLISH

Copyright 2024 Ellery Gazette Ltd
All Rights Reserved

                               2 of 2 DOCUMENTS

                              The Ellery Gazette

                            May 15, 2024 Wednesday

Lido opens again

LENGTH: 12 words

The lido of Ellery opened again on Wednesday, after nine months of repairs.

LANGUAGE: ENGLISH
"""
NEXIS_NEW = f"""
{TITLE}
Ellery Gazette
May 14, 2024 Tuesday

Copyright 2024 Ellery Gazette Ltd All Rights Reserved

Section: NEWS; Pg. 3
Length: 41 words
Byline: Runa Holt

Body


{FIRST}

{SECOND}

Load-Date: May 15, 2024

End of Document
"""
FACTIVA = f"""
News
{TITLE}
By Runa Holt
41 words
14 May 2024
10:15 GMT
Ellery Gazette
ELGAZ
3
English
(c) 2024 Ellery Gazette Ltd

{FIRST}

{SECOND}

Document ELGAZ00020240514ek5e0001a

Lido opens again
12 words
15 May 2024
Ellery Gazette
English
(c) 2024

The lido of Ellery opened again on Wednesday, after nine months of repairs.

Document ELGAZ00020240515ek5f0002b
"""
FACTIVA_TAGGED = f"""HD
{TITLE}
BY
Runa Holt
WC 41 words
PD
14 May 2024
SN
Ellery Gazette
LA
English
LP
{FIRST}
TD
{SECOND}
AN
Document ELGAZ00020240514ek5e0001a
""".replace("WC 41 words", "WC\n41 words")

_FRONT = f"---\nid: ferry\ntitle: {TITLE}\npublished: {MOMENT}\n---\n\n"
_DATA_PAGE = page(_linked({"datePublished": MOMENT, "author": {"@id": "#p"}, "publisher": {"@id": "#o"}},
                          {"@type": "Person", "@id": "#p", "name": "Runa Holt"},
                          {"@type": "Organization", "@id": "#o", "name": "Ellery Gazette"}))  # fmt: skip
_GUARDIAN = {
    "id": "world/ferry",
    "webTitle": TITLE,
    "webUrl": URL,
    "webPublicationDate": MOMENT,
    "fields": {"body": HTML},
}
_NINJS = {"uri": "urn:wire.example:ferry", "versioncreated": MOMENT, "headline": TITLE, "body_html": HTML}
_WORDPRESS = {"id": 7, "guid": {"rendered": "https://gazette.example/?p=7"}, "date_gmt": MOMENT[:-1], "link": URL,
              "slug": "ferry", "status": "publish", "title": {"rendered": TITLE}, "content": {"rendered": HTML}}  # fmt: skip
_NEWSAPI = {
    "source": {"id": None, "name": "Ellery Gazette"},
    "title": TITLE,
    "url": URL,
    "publishedAt": MOMENT,
    "content": TEXT,
}
_NYT = {"web_url": URL, "headline": {"main": TITLE}, "pub_date": MOMENT, "source": "Ellery Gazette", "body": HTML}
_JSON_FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "Ellery Gazette",
              "items": [{"id": "7", "url": URL, "title": TITLE, "content_html": HTML, "date_published": MOMENT}]}  # fmt: skip
_ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Ellery Gazette</title><id>f</id><entry>
<title>{TITLE}</title><id>tag:gazette.example,2024:ferry</id><updated>{MOMENT}</updated><published>{MOMENT}</published>
<link href="{URL}"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{HTML}</div></content></entry></feed>"""
_RDF = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="a"><title>Ellery Gazette</title></channel><item rdf:about="{URL}"><title>{TITLE}</title><link>{URL}</link>
<description>{FIRST} {SECOND}</description></item></rdf:RDF>"""
_ESCAPED = HTML.replace("<", "&lt;").replace(">", "&gt;")
_MHTML = (
    f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {URL}\r\nSubject: {TITLE}\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related; type="text/html"; boundary="xx"\r\n\r\n--xx\r\nContent-Type: text/html; charset=utf-8\r\n'
    f"Content-Location: {URL}\r\n\r\n{page()}\r\n--xx--\r\n"
)

SHAPES: dict[str, bytes] = {
    "plain.txt": f"{TITLE}\n\nBy Runa Holt\n\n14 May 2024\n\n{TEXT}\n".encode(),
    "plain-cp1252.txt": f"{TITLE}\n\n{TEXT}\n\nThe board’s vote – “a relief” – cost €20.\n".encode("cp1252"),
    "plain-utf16.txt": f"{TITLE}\n\n{TEXT}\n".encode("utf-16"),
    "windows-lines.txt": f"{TITLE}\r\n\r\n{FIRST}\r\n\r\n{SECOND}\r\n".encode(),
    "noextension": f"{TITLE}\n\n{TEXT}\n".encode(),
    "article.md": f"{_FRONT}{TEXT}\n".encode(),
    "heading.md": f"# {TITLE}\n\n{TEXT}\n".encode(),
    "table.md": f"# {TITLE}\n\n{TEXT}\n\n| Route | Fare |\n|---|---|\n| Ruddle | £9 |\n".encode(),
    "page.html": page().encode(),
    "page.shtml": page().encode(),
    "page.aspx": page().encode(),
    "page.php": page().encode(),
    "page.html.gz": gzip.compress(page().encode()),
    "page.xhtml": page().encode(),
    "data.html": _DATA_PAGE.encode(),
    "open-graph.html": page(f'<meta property="og:title" content="{TITLE}"><meta property="article:published_time" content="{MOMENT}">').encode(),
    "layout-tables.html": f"<html><body><table><tr><td><h1>{TITLE}</h1>{HTML}</td></tr></table></body></html>".encode(),
    "paywall.html": page(_linked({"isAccessibleForFree": False, "articleBody": TEXT}), f"<p>{FIRST}</p><p>To continue reading, subscribe.</p>").encode(),
    "saved.mhtml": _MHTML.encode(),
    "one.json": _json(RECORD),
    "list.json": _json([RECORD]),
    "list.json.gz": gzip.compress(_json([RECORD])),
    "lines.jsonl": _json(RECORD) + b"\n",
    "lines.jsonl.gz": gzip.compress(_json(RECORD) + b"\n"),
    "lines.ndjson": _json(RECORD),
    "lines-called.json": _json(RECORD) + b"\n" + _json({**RECORD, "id": "b"}) + b"\n",
    "concatenated.json": _json(RECORD) + _json({**RECORD, "id": "b"}),
    "bom.json": b"\xef\xbb\xbf" + _json([RECORD]),
    "utf16.json": json.dumps([RECORD]).encode("utf-16"),
    "articles.json": _json({"status": "ok", "totalResults": 1, "articles": [RECORD]}),
    "data.json": _json({"data": [RECORD]}),
    "nested.json": _json({"response": {"status": "ok", "results": [_GUARDIAN]}}),
    "by-id.json": _json({"articles": {"ferry": {"title": TITLE, "text": TEXT}}}),
    "elasticsearch.json": _json({"hits": {"hits": [{"_id": "ferry", "_source": RECORD}]}}),
    "paragraphs.json": _json({**RECORD, "text": [FIRST, SECOND]}),
    "blocks.json": _json({"id": "ferry", "title": TITLE, "body": [{"type": "p", "text": FIRST}, {"type": "p", "text": SECOND}]}),
    "escaped.json": _json({**RECORD, "text": _ESCAPED}),
    "wordpress.json": _json([_WORDPRESS]),
    "newsapi.json": _json({"status": "ok", "articles": [_NEWSAPI]}),
    "nyt.json": _json({"response": {"docs": [_NYT]}}),
    "jsonfeed.json": _json(_JSON_FEED),
    "ninjs.json": _json(_NINJS),
    "ninjs-3.json": _json({"uri": "urn:x:ferry", "versionCreated": MOMENT, "headlines": [{"role": "main", "value": TITLE}],
                           "bodies": [{"role": "main", "contentType": "text/html", "value": HTML}]}),
    "table.csv": _csv(",", id="ferry", title=TITLE, published=DAY, text=TEXT),
    "semicolons.csv": _csv(";", id="ferry", title=TITLE, published=DAY, text=TEXT),
    "table.tsv": _csv("\t", id="ferry", title=TITLE, published=DAY, text=TEXT),
    "bom.csv": b"\xef\xbb\xbf" + _csv(",", headline=TITLE, date=DAY, body=TEXT),
    "table.csv.gz": gzip.compress(_csv(",", id="ferry", title=TITLE, text=TEXT)),
    "feed.rss": rss(_ESCAPED),
    "feed.xml": rss(f"<![CDATA[{HTML}<p>The post {TITLE} appeared first on Ellery Gazette.</p>]]>", "content:encoded"),
    "twice-escaped.rss": rss(_ESCAPED.replace("&", "&amp;")),
    "feed.atom": _ATOM.encode(),
    "feed.rdf": _RDF.encode(),
    "story.nitf": nitf(),
    "nitf.xml": nitf(),
    "newsml.xml": newsml(),
    "newsml-message.xml": b'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet>'
    + newsml().split(b"?>", 1)[1] + b"</itemSet></newsMessage>",
    "newsml-nitf.xml": newsml(body="").replace(b'<html xmlns="http://www.w3.org/1999/xhtml"><body></body></html>', nitf().split(b"dtd\">", 1)[1]),
    "newsml-1.newsml": f"""<NewsML><NewsItem><Identification><NewsIdentifier><NewsItemId>ferry</NewsItemId></NewsIdentifier></Identification>
<NewsManagement><FirstCreated>20240514T090000Z</FirstCreated><Status FormalName="Usable"/></NewsManagement><NewsComponent><NewsLines>
<HeadLine>{TITLE}</HeadLine></NewsLines><ContentItem><DataContent>{HTML}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>""".encode(),
    "letter.eml": mail().as_bytes(),
    "html-letter.eml": mail(html=True).as_bytes(),
    "both.eml": mail(alternative=True).as_bytes(),
    "box.mbox": b"From news@gazette.example Tue May 14 09:00:00 2024\n" + mail().as_bytes() + b"\n",
    "bundle.zip": zipped({"a/page.html": page().encode(), "__MACOSX/x.html": b"x", "README.md": b"about"}),
    "nexis.txt": NEXIS.encode(),
    "nexis-new.txt": NEXIS_NEW.encode(),
    "factiva.txt": FACTIVA.encode(),
    "factiva-tagged.txt": FACTIVA_TAGGED.encode(),
}  # fmt: skip

REFUSED: dict[str, tuple[bytes, str]] = {
    "empty.json": (b"", "empty"),
    "sitemap.xml": (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://g.example/a</loc></url></urlset>', "sitemap"),
    "package.xml": (b'<packageItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="p"/>', "no news item"),
    "broken.nitf": (nitf()[:-40], "XML is broken"),
    "note.xml": (b"<note><to>x</to></note>", "not an RSS or Atom feed"),
    "story.rtf": (b"{\\rtf1 x}", ".docx or .txt"),
    "wire.anpa": (b"\x16\x16\x01a4411", "NITF"),
    "sheet.xlsx": (b"PK\x03\x04", ".csv"),
    "broken.zip": (b"PK\x03\x04 and no more", "damaged"),
    "broken.parquet": (b"PAR1 and no more PAR1", "Parquet file is damaged"),
    "one-column.csv": (b"text\nabc\n", "two or more"),
    "empty.mhtml": (b"From: x\nMIME-Version: 1.0\nContent-Type: multipart/related\n\n", "no HTML"),
    "no.warc": (b"WARC/1.0\r\n\r\n", "web archive"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(200), "binary"),
}  # fmt: skip
