import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

import pytest

from dateline.index.archive import Archive
from dateline.index.article import Problem
from dateline.index.bulk_encoding import ENCODED_AT_ONCE, ENCODING_THREADS
from dateline.index.encoder import Embeddings, InitialsEncoder
from dateline.index.errors import BusyError, ConflictError
from dateline.index.ingest import ingest
from dateline.index.ingest_report import Progress
from dateline.index.search import Searcher
from dateline.index.writer import Writer
from tests.articles import FAKE, NOW, SAMPLES, has, news, opened, record, take_in, write_records


def test_ingesting_again_changes_nothing(archive: Archive) -> None:
    first = ingest([SAMPLES], archive, FAKE, now=lambda: NOW)
    assert first.failed == 0
    assert first.added == archive.counts().articles == 41
    assert first.passages == archive.counts().passages
    before = archive.sequence()
    again = ingest([SAMPLES], archive, FAKE, now=lambda: NOW)
    assert (again.added, again.revised, again.unchanged, again.passages, again.done) == (0, 0, 41, 0, 41)
    assert archive.sequence() == before


def test_progress_counts_what_is_on_disk(archive: Archive) -> None:
    file = write_records(archive.home / "in.jsonl", *(record(f"a{n}", news(n)) for n in range(30)))
    seen: list[Progress] = []

    def look(progress: Progress) -> None:
        with opened(archive.home) as other:
            assert all(other.article(article_id) for article_id in progress.stored)
        seen.append(progress)

    ingest([file], archive, FAKE, now=lambda: NOW, on_progress=look, batch_passages=7)
    assert [name for progress in seen for name in progress.stored] == [f"a{n}" for n in range(30)]
    assert [len(progress.stored) for progress in seen] == [7, 7, 7, 7, 2]
    assert {progress.total for progress in seen} == {30}
    assert [progress.done for progress in seen] == [7, 14, 21, 28, 30]


def test_stopped_it_resumes_where_it_was(archive: Archive) -> None:
    file = write_records(archive.home / "in.jsonl", *(record(f"a{n}", news(n)) for n in range(30)))
    stored: list[str] = []
    report = ingest(
        [file], archive, FAKE, now=lambda: NOW, batch_passages=5,
        on_progress=lambda progress: stored.extend(progress.stored), stop=lambda: len(stored) >= 10,
    )  # fmt: skip
    assert report.stopped
    assert report.added == len(stored) == archive.counts().articles
    assert 10 <= len(stored) < 30
    assert Searcher(archive, FAKE).search(news(3, 1), limit=1).passages[0].passage.article.id == "a3"
    rest = ingest([file], archive, FAKE, now=lambda: NOW)
    assert (rest.unchanged, rest.added, rest.stopped) == (len(stored), 30 - len(stored), False)


def test_stopped_at_once_it_stores_nothing(archive: Archive) -> None:
    report = ingest([SAMPLES], archive, FAKE, now=lambda: NOW, stop=lambda: True)
    assert (report.stopped, report.done, archive.counts().articles) == (True, 0, 0)


def test_once_stopped_it_encodes_no_more_than_is_under_way(archive: Archive) -> None:
    file = write_records(archive.home / "in.jsonl", *(record(f"a{n}", news(n)) for n in range(300)))
    stopped = Event()
    late: list[int] = []

    class Stopping(InitialsEncoder):
        """Stops the run in the middle of its second batch."""

        encoded = 0

        def encode_document(self, texts: Sequence[str]) -> Embeddings:
            if stopped.is_set():
                late.append(len(texts))
            self.encoded += len(texts)
            if self.encoded >= 100:
                stopped.set()
            return super().encode_document(texts)

    report = ingest([file], archive, Stopping(), now=lambda: NOW, batch_passages=64, stop=stopped.is_set)
    assert sum(late) <= ENCODING_THREADS * ENCODED_AT_ONCE
    assert report.stopped
    assert report.added == archive.counts().articles <= 64
    rest = ingest([file], archive, InitialsEncoder(), now=lambda: NOW)
    assert (rest.unchanged, rest.added) == (report.added, 300 - report.added)


def test_one_id_twice_in_a_run(archive: Archive) -> None:
    records = [record("a", news(1)), record("b", news(2)), record("a", news(3)), record("a", news(1))]
    report = take_in(archive, *records)
    assert (report.added, report.failed, report.unchanged) == (2, 1, 1)
    (problem,) = report.problems
    file = archive.home / "in.jsonl"
    assert (problem.path, problem.line, problem.severity) == (str(file), 3, "error")
    assert f"the id 'a' is that of another text in {file}:1, which was kept" in problem.reason
    assert archive.article("a").article.text == news(1)
    # The same when the first one is known already, and as a revision when it comes alone.
    assert take_in(archive, *records).failed == 1
    assert archive.article("a").revision == 1
    assert take_in(archive, records[2]).revised == 1


def test_bad_inputs_are_reported_with_their_place_and_the_rest_is_stored(tmp_path: Path, archive: Archive) -> None:
    lines = tmp_path / "lines.jsonl"
    good = [json.dumps(record(name, news(n))) for n, name in enumerate("ad")]
    lines.write_text("\n".join([good[0], "", '{"id": "b", "text": ', '{"id": "c"}', "[1, 2]", good[1]]))
    (tmp_path / "empty.txt").touch()
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
    report = ingest([tmp_path, tmp_path / "nowhere"], archive, FAKE, now=lambda: NOW)
    errors = {(Path(p.path).name, p.line) for p in report.problems if p.severity == "error"}
    assert errors == {("lines.jsonl", n) for n in (3, 4, 5)} | {
        (n, None) for n in ("empty.txt", "binary.txt", "nowhere")
    }
    assert (report.added, report.failed) == (2, 6)
    assert str(next(p for p in report.problems if p.line == 3)).startswith(f"{lines}:3: The JSON is broken at column")


def test_a_problem_names_its_place() -> None:
    assert str(Problem("a.jsonl", 17, "It is broken.")) == "a.jsonl:17: It is broken."
    assert str(Problem("a.txt", None, "It is empty.")) == "a.txt: It is empty."


def test_an_article_that_the_encoder_cannot_read_has_no_embedding(archive: Archive) -> None:
    german = "Die Brücke über den Fluss bleibt nach Angaben der Stadt bis zum Herbst für den Verkehr gesperrt. " * 3
    untagged = {"id": "de", "text": german, "published": "2021-08-05"}
    take_in(archive, untagged, record("en", "The bridge stays shut."))
    assert archive.article("de").article.language == "de"
    vectors = [vector for batch in archive.added_between(0, 99) for _, _, vector in batch]
    assert [vector is not None for vector in vectors] == [False, True]
    best = Searcher(archive, FAKE).search("brücke gesperrt", limit=1).passages[0]
    assert (best.passage.article.id, best.cosine) == ("de", None)


def test_two_at_once(archive: Archive, tmp_path: Path) -> None:
    with Writer(archive), pytest.raises(BusyError, match="another process is writing"):
        take_in(archive, record("a", news(1)))
    assert archive.counts().articles == 0


def test_another_encoder(archive: Archive) -> None:
    take_in(archive, record("a", news(1)))
    other = InitialsEncoder()
    other.name = "other"
    with pytest.raises(ConflictError):
        take_in(archive, record("b", news(2)), encoder=other)
    assert archive.counts().articles == 1


def test_a_window_too_small_for_long_headers(archive: Archive) -> None:
    take_in(archive, record("a", news(1), title=" ".join(news(2).split())), encoder=InitialsEncoder(32))
    assert archive.counts().articles == 1


ON_A_SMALL_DISK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from dateline.index.archive import Archive
from dateline.index.errors import StorageError
from dateline.index.ingest import ingest
from tests.articles import FAKE
home, file = Path(sys.argv[1]), Path(sys.argv[2])
stored = []
try:
    archive = Archive(home, create=True)
    ingest([file], archive, FAKE, now=lambda: datetime.now(UTC), batch_passages=16,
           on_progress=lambda progress: stored.extend(progress.stored))
except StorageError as error:
    print(*stored)
    print(error.message, '|', error.hint)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Callable[[int, str], subprocess.CompletedProcess[str]]:
    """Runs a shell line in which `disk` is a file system of so many KB, gone at its end."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def run(size: int, line: str) -> subprocess.CompletedProcess[str]:
        script = f"mount -t tmpfs -o size={size}k small {disk} && {line}"
        return subprocess.run(
            ["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, timeout=300, check=False
        )

    if shutil.which("unshare") is None or run(400, "true").returncode:
        pytest.skip("mounting a small file system is not allowed here")
    return run


@pytest.mark.parametrize(
    ("size", "articles", "what"),
    [
        (400, 300, "the archive"),
        (900, 300, "the archive"),
        (510, 60, "the indexes"),
        (650, 60, "the indexes"),
        (830, 60, "the indexes"),
    ],
)
def test_a_full_disk_keeps_what_was_acknowledged(
    tmp_path: Path,
    small_disk: Callable[[int, str], subprocess.CompletedProcess[str]],
    size: int,
    articles: int,
    what: str,
) -> None:
    """With so many KB the disk fills up at different steps; what is on it is then copied and opened."""
    file = write_records(tmp_path / "in.jsonl", *(record(f"a{n}", f"xylophone{n} {news(n)}") for n in range(articles)))
    home = tmp_path / "disk" / "home"
    (tmp_path / "program.py").write_text(ON_A_SMALL_DISK)
    command = f"PYTHONPATH=. {sys.executable} {tmp_path}/program.py {home} {file}"
    run = small_disk(size, f"{command}; cp -r {home} {tmp_path}/kept")
    assert run.stderr == ""
    stored, message = run.stdout.splitlines()
    assert message.startswith(f"the disk is full: {what}")
    assert "Free some space" in message
    with opened(tmp_path / "kept") as archive:
        searcher = Searcher(archive, FAKE)
        assert all(archive.article(name).current for name in stored.split())
        assert archive.counts().articles - len(stored.split()) in range(17)
        for name in stored.split()[:: max(1, len(stored.split()) // 10)]:
            assert has(searcher, name, f"xylophone{name.removeprefix('a')}")
        assert ingest([file], archive, FAKE, now=lambda: NOW).failed == 0
        assert archive.counts().articles == articles


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    from dateline.index.errors import StorageError

    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="can't be"):
        Archive(tmp_path / "home", create=True)
