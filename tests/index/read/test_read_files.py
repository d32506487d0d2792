"""Files and folders into records: what counts, how each kind is split, and that bad input is reported and passed."""

from __future__ import annotations

import gzip
import json
import os
import tracemalloc
from pathlib import Path

import pytest

from dateline.index.article import Problem
from dateline.index.errors import ArticleError
from dateline.index.read import MAX_ARTICLE_BYTES, Record, parse, records
from dateline.index.read.metadata import identity

PROSE = "The council voted nine to four on Tuesday to keep the old ferry running until the bridge is mended."


def split(*paths: Path) -> tuple[list[Record], list[Problem]]:
    found = list(records(paths))
    return [r for r in found if isinstance(r, Record)], [p for p in found if isinstance(p, Problem)]


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_folder_is_walked_in_order_and_says_what_it_passed_over(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/c.HTML", ".hidden.txt", ".git/x.txt", "README.md", "a/ReadMe.txt"):
        write(tmp_path / name, PROSE)
    for name in ("1.rtf", "2.rtf", "noext"):
        write(tmp_path / name, "x")
    found, problems = split(tmp_path)
    assert [Path(r.path).relative_to(tmp_path).as_posix() for r in found] == ["b.txt", "a/c.HTML", "a/z.md"]
    assert [r.format for r in found] == ["text", "html", "markdown"]
    assert [(p.severity, p.reason.split(";")[0]) for p in problems] == [
        ("warning", "2 files with .rtf skipped"),
        ("warning", "1 file with no extension skipped"),
    ]


def test_a_file_named_itself_is_read_whatever_its_name(tmp_path: Path) -> None:
    found, problems = split(write(tmp_path / "README.md", PROSE), write(tmp_path / ".hidden.txt", PROSE))
    assert (len(found), problems) == (2, [])


def test_fingerprints_depend_on_format_and_content_alone(tmp_path: Path) -> None:
    names = ("a.txt", "b/c.txt", "d.md")
    one, two, three = split(*[write(tmp_path / name, PROSE) for name in names])[0]
    assert one.fingerprint == two.fingerprint != three.fingerprint
    record = {"text": PROSE, "id": "a"}
    turned = {"id": "a", "text": PROSE}
    files = [
        write(tmp_path / "1.jsonl", json.dumps(record)),
        write(tmp_path / "2.json", json.dumps([turned], indent=2)),
    ]
    assert len({r.fingerprint for r in split(*files)[0]}) == 1


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.ndjson"])
def test_jsonl_is_one_record_a_line(tmp_path: Path, name: str) -> None:
    lines = '{"id": "1", "text": "x"}\n\n{"id": 2\n[3]\n{"id": "4", "text": "é"}'.encode()
    found, problems = split(write(tmp_path / name, gzip.compress(lines) if name.endswith("gz") else lines))
    assert [(r.line, json.loads(r.payload)["id"]) for r in found] == [(1, "1"), (5, "4")]
    assert [p.line for p in problems] == [3, 4]
    assert "column 9" in problems[0].reason
    assert "not a list" in problems[1].reason


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_jsonl_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    lines = '{"id": "1", "text": "“Fähre” sank"}\n{"id": "2", "text": "y"}\n'
    found, problems = split(write(tmp_path / "a.jsonl", lines.encode(encoding)))
    assert [json.loads(r.payload)["text"] for r in found] == ["“Fähre” sank", "y"]
    assert problems == []


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ([{"text": "a"}, {"text": "b"}], [2, 5]),
        ({"text": "a"}, [1]),
        ({"page": 1, "articles": [{"text": "a"}, {"text": "b"}]}, [4, 7]),
    ],
)
def test_json_is_a_list_an_object_or_articles(tmp_path: Path, value: object, lines: list[int]) -> None:
    found, problems = split(write(tmp_path / "a.json", json.dumps(value, indent=1)))
    assert [r.line for r in found] == lines
    assert [json.loads(r.payload)["text"] for r in found] == ["a", "b"][: len(lines)]
    assert problems == []


def test_what_comes_before_a_break_is_read(tmp_path: Path) -> None:
    found, problems = split(write(tmp_path / "a.json", '{"text": "a"}\n{"text": "b"} x'))
    assert [json.loads(r.payload)["text"] for r in found] == ["a", "b"]
    assert "the 2 before it were read" in problems[0].reason


def test_json_broken_on_line_17_names_the_place_and_keeps_what_came_before(tmp_path: Path) -> None:
    items = [json.dumps({"id": str(n), "text": PROSE}) for n in range(20)]
    items[15] = '{"id": "15" "text": "x"}'
    found, problems = split(write(tmp_path / "a.json", "[\n" + ",\n".join(items) + "\n]"))
    assert len(found) == 15
    (problem,) = problems
    assert problem.line == 17
    assert "line 17, column 13" in problem.reason
    assert "the 15 before it were read" in problem.reason


@pytest.mark.parametrize("content", ["", "[]", "[1, 2]", "7", "null", "[" * 100_000, "[1" + "0" * 5000 + "]"])
def test_json_without_records_is_a_problem(tmp_path: Path, content: str) -> None:
    found, problems = split(write(tmp_path / "a.json", content))
    assert found == []
    assert problems
    assert all(p.severity == "error" for p in problems)


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title><link>https://g.example</link>
<item><guid>https://g.example/1</guid><title>Ferry &amp;amp; bridge</title><link>https://g.example/1</link>
<pubDate>Tue, 03 Mar 2020 08:00:00 GMT</pubDate><description>&lt;p&gt;{}&lt;/p&gt;</description></item></channel></rss>"""


def test_rss(tmp_path: Path) -> None:
    found, problems = split(write(tmp_path / "a.rss", FEED.format(PROSE)))
    assert problems == []
    article = parse(found[0]).article
    assert (article.title, article.outlet, article.url) == ("Ferry & bridge", "Gazette", "https://g.example/1")
    assert article.id.startswith("id-")
    assert article.published is not None
    assert article.published.isoformat() == "2020-03-03T08:00:00+00:00"
    assert article.updated is None
    assert article.text == PROSE


@pytest.mark.parametrize(
    ("namespace", "element", "corrects"),
    [
        ('xmlns:dateline="https://g.example/terms"', "dateline:corrects", "https://g.example/0"),
        ('xmlns:dateline="https://g.example/terms"', "dateline:corrects", " ferry-1\n"),
        ('xmlns:other="https://g.example/terms"', "other:corrects", None),
        ("", "corrects", None),
    ],
)
def test_an_entry_of_a_feed_names_the_article_that_is_corrected(
    tmp_path: Path, namespace: str, element: str, corrects: str | None
) -> None:
    entry = f"<{element}>{corrects or 'ferry-1'}</{element}></item>"
    feed = FEED.format(PROSE).replace("<rss", f"<rss {namespace}").replace("</item>", entry)
    found, problems = split(write(tmp_path / "a.rss", feed))
    assert problems == []
    expected = None if corrects is None else identity(corrects, None, "")
    assert parse(found[0]).article.corrects == expected


@pytest.mark.parametrize("content", ["<note><to>x</to></note>", "no xml at all", "<rss version='2.0'><channel>"])
def test_xml_that_is_no_feed(tmp_path: Path, content: str) -> None:
    found, problems = split(write(tmp_path / "a.xml", content))
    assert found == []
    assert problems


def test_missing_path_and_unknown_extension(tmp_path: Path) -> None:
    found, problems = split(tmp_path / "nowhere", write(tmp_path / "a.rtf", "x"), write(tmp_path / "b.txt", PROSE))
    assert [Path(r.path).name for r in found] == ["b.txt"]
    assert [p.reason.split(";")[0] for p in problems] == [
        "There is no such file or folder",
        "Files with .rtf are not read",
    ]


def test_broken_link_and_impossible_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone.txt")
    found, problems = split(tmp_path, Path("a\0b.txt"), tmp_path / ("x" * 5000 + ".txt"))
    assert found == []
    assert len(problems) == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", PROSE).chmod(0)
    _, problems = split(tmp_path)
    assert "Permission" in problems[0].reason


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert split(tmp_path) == ([], [])
    assert "not a regular file" in split(tmp_path / "a.txt")[1][0].reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0" * 20, "binary"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "binary"),
        (bytes(range(256)) * 8, "binary"),
    ],
)
def test_empty_and_binary_files(tmp_path: Path, content: bytes, reason: str) -> None:
    found, problems = split(write(tmp_path / "a.txt", content), write(tmp_path / "b.txt", PROSE))
    assert [Path(r.path).name for r in found] == ["b.txt"]
    assert reason in problems[0].reason


@pytest.mark.parametrize("name", ["a.txt", "a.json", "a.html", "a.xml", "a.jsonl"])
def test_a_file_of_200_mb_is_refused_without_reading_it_whole(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    found, problems = split(tmp_path / name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == []
    assert "20 MB" in problems[0].reason
    assert peak < 4 * MAX_ARTICLE_BYTES


def test_a_long_line_is_passed_over(tmp_path: Path) -> None:
    long = json.dumps({"text": "x" * MAX_ARTICLE_BYTES})
    found, problems = split(write(tmp_path / "a.jsonl", f'{{"text": "a"}}\n{long}\n{{"text": "b"}}\n'))
    assert [r.line for r in found] == [1, 3]
    assert [p.line for p in problems] == [2]


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_damaged_gzip_is_reported_behind_what_was_read(tmp_path: Path, cut: int) -> None:
    packed = gzip.compress(b'{"text": "a"}\n' * 1000)
    _, problems = split(write(tmp_path / "a.jsonl.gz", packed[:-cut]), write(tmp_path / "b.jsonl.gz", b"no gzip"))
    assert [Path(p.path).name for p in problems][-1] == "b.jsonl.gz"
    assert "damaged" in problems[0].reason


def test_lone_surrogates_do_not_stop_anything(tmp_path: Path) -> None:
    found, _ = split(write(tmp_path / "a.jsonl", '{"text": "' + PROSE + ' \\ud83d"}'))
    assert parse(found[0]).article.text.startswith(PROSE)


def test_a_record_of_nothing_is_refused_when_it_is_parsed(tmp_path: Path) -> None:
    found, problems = split(write(tmp_path / "a.jsonl", '{"title": "a"}'))
    assert problems == []
    with pytest.raises(ArticleError, match="no text"):
        parse(found[0])
