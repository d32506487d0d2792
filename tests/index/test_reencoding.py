import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from dateline.index.archive import Archive, ReencodedError
from dateline.index.archive_view import ArchiveView, followed
from dateline.index.encoder import NO_PROMPTS, Embeddings, InitialsEncoder, Prompts
from dateline.index.errors import BusyError, ConflictError, EncoderError, StorageError
from dateline.index.purge import purge
from dateline.index.reencoding import Progress, Reencoding, reencode, reencoding_of
from dateline.index.schema import embeddings, next_embeddings
from dateline.index.search import Searcher
from dateline.index.writer import Writer
from tests.articles import FAKE, NOW, has, news, opened, passages_in, record, take_in

GERMAN = "Die Brücke über den Fluss bleibt nach Angaben der Stadt bis zum Herbst für den Verkehr gesperrt. " * 3


class LastLetters(InitialsEncoder):
    """Another fake: component i counts the words that end with one of two letters of the alphabet."""

    dimension = 13

    def __init__(self, max_tokens: int = 256, prompts: Prompts = NO_PROMPTS) -> None:
        super().__init__(max_tokens, prompts=prompts)
        self.name = prompts.identify("last-letters")
        self.encoded: list[str] = []
        """What was given to it as documents."""

    def encode_document(self, texts: Sequence[str]) -> Embeddings:
        self.encoded += texts
        return super().encode_document(texts)

    def _encode(self, texts: Sequence[str]) -> Embeddings:
        rows = np.full((len(texts), self.dimension), 0.01, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[sum(map(ord, word[-2:])) % self.dimension] += 1
            row /= np.linalg.norm(row)
        return rows


class InterruptedRunError(Exception):
    """What stands for a process that ends in the middle."""


def stock(archive: Archive, articles: int = 12) -> None:
    take_in(archive, *(record(f"a{n}", news(n, sentences=90), title=f"Title {n}") for n in range(articles)))


@pytest.fixture
def stocked(archive: Archive) -> Archive:
    """Twelve articles of several passages, by the fake."""
    stock(archive)
    return archive


def by_vector(searcher: Searcher) -> list[list[tuple[int, float]]]:
    """What the vector index finds for some questions, scores rounded."""
    found = (searcher.rankings(" ".join(news(seed).split()[:8]))[0] for seed in range(4))
    return [[(hit.number, round(hit.score, 4)) for hit in hits] for hits in found]


def rows(archive: Archive) -> tuple[int, int]:
    """How many embeddings are in force, and how many are being made."""
    counts = [archive.rows(select(func.count().label("n")).select_from(t)) for t in (embeddings, next_embeddings)]
    return counts[0][0]["n"], counts[1][0]["n"]


def passages(archive: Archive) -> int:
    return len(passages_in(archive))


def test_the_archive_is_as_if_it_had_been_made_so(stocked: Archive, tmp_path: Path) -> None:
    before = Searcher(stocked, FAKE)
    kept = passages_in(stocked)
    sequence = stocked.sequence()
    told: list[Progress] = []
    encoder = LastLetters(260, Prompts("who : ", "news : "))  # passages are cut for it as for the fake
    report = reencode(stocked, encoder, tmp_path / "model", on_progress=told.append, batch=10)

    many = passages(stocked)
    assert many > 40
    assert (report.encoder, report.passages, report.cut, report.stopped, report.already) == (
        encoder.name, many, 0, False, False,
    )  # fmt: skip
    assert [progress.done for progress in told] == [*range(10, many, 10), many]
    assert {progress.total for progress in told} == {many}
    assert stocked.fact("encoder") == encoder.name
    assert stocked.fact("encoder_model") == str(tmp_path / "model")
    assert reencoding_of(stocked) is None
    assert rows(stocked) == (many, 0)
    assert stocked.passages(list(kept)) == kept
    after = Searcher(stocked, encoder)
    assert after.index_snapshot() != before.index_snapshot()
    assert stocked.sequence() == sequence + 1
    with opened(tmp_path / "fresh") as fresh:
        take_in(
            fresh,
            *(record(f"a{n}", news(n, sentences=90), title=f"Title {n}") for n in range(12)),
            encoder=encoder,
        )
        assert by_vector(after) == by_vector(Searcher(fresh, encoder))
    with pytest.raises(ConflictError):
        Searcher(stocked, FAKE)
    take_in(stocked, record("new", news(50)), encoder=encoder)
    assert has(after, "new", " ".join(news(50).split()[:9]))


@pytest.mark.parametrize("after", [1, 3])
def test_what_was_cut_off_goes_on_where_it_was(stocked: Archive, after: int) -> None:
    encoder = LastLetters()
    before = by_vector(Searcher(stocked, FAKE))

    def interrupt(progress: Progress) -> None:
        if progress.done == 10 * after:
            raise InterruptedRunError

    with pytest.raises(InterruptedRunError):
        reencode(stocked, encoder, None, on_progress=interrupt, batch=10)
    assert stocked.fact("encoder") == FAKE.name
    assert reencoding_of(stocked) == Reencoding("last-letters", 10 * after, passages(stocked))
    assert by_vector(Searcher(stocked, FAKE)) == before
    report = reencode(stocked, encoder, None, batch=10)
    assert report.passages == passages(stocked) - 10 * after
    assert len(encoder.encoded) == len(set(encoder.encoded)) == passages(stocked)
    assert by_vector(Searcher(stocked, encoder)) != before


PROGRAM = """
import sys
from pathlib import Path
from dateline.index.archive import Archive
from dateline.index.reencoding import reencode
from tests.index.test_reencoding import LastLetters

def tell(progress):
    print(progress.done, flush=True)
    if progress.done == int(sys.argv[2]):
        sys.stdin.readline()  # until it is killed

reencode(Archive(Path(sys.argv[1])), LastLetters(), None, on_progress=tell, batch=10)
"""


def test_killed_it_goes_on_where_it_was(stocked: Archive) -> None:
    command = [sys.executable, "-c", PROGRAM, str(stocked.home), "20"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["10\n", "20\n"]
        with pytest.raises(BusyError, match="another process is re-encoding"):
            reencode(stocked, LastLetters(), None)
        process.kill()
    encoder = LastLetters()
    assert reencode(stocked, encoder, None, batch=10).passages == passages(stocked) - 20
    assert stocked.fact("encoder") == "last-letters"
    assert rows(stocked) == (passages(stocked), 0)


def test_stopped_and_another_encoder_instead(stocked: Archive) -> None:
    stopped = reencode(stocked, LastLetters(), None, stop=lambda: reencoding_of(stocked) is not None, batch=10)
    assert (stopped.stopped, stopped.passages) == (True, 0)
    calls: list[Progress] = []
    stopped = reencode(stocked, LastLetters(), None, on_progress=calls.append, stop=lambda: len(calls) == 2, batch=10)
    assert (stopped.stopped, stopped.passages, rows(stocked)) == (True, 20, (passages(stocked), 20))
    other = InitialsEncoder(prompts=Prompts("a", "b"))
    assert reencode(stocked, other, None).passages == passages(stocked)
    assert (stocked.fact("encoder"), rows(stocked)) == (other.name, (passages(stocked), 0))
    again = reencode(stocked, other, Path("/models/other"))
    assert (again.already, again.passages, stocked.fact("encoder_model")) == (True, 0, "/models/other")


def test_articles_that_come_in_meanwhile(stocked: Archive) -> None:
    """While it encodes, and while it waits for whoever is writing."""
    encoder = LastLetters()
    came: list[str] = []
    writing = Writer(stocked)

    def meanwhile(progress: Progress) -> None:
        if not came:
            came.append("early")
            assert take_in(stocked, record("early", news(60))).added == 1
            writing.__enter__()
        elif progress.waiting:
            writing.__exit__(None, None, None)
            came.append("late")
            assert take_in(stocked, record("late", news(61))).added == 1

    report = reencode(stocked, encoder, None, on_progress=meanwhile, batch=10, lock_wait=0)
    assert came == ["early", "late"]
    assert report.passages == passages(stocked)
    searcher = Searcher(stocked, encoder)
    assert has(searcher, "early", " ".join(news(60).split()[:9]))
    assert has(searcher, "late", " ".join(news(61).split()[:9]))
    with pytest.raises(ConflictError, match="not initials"):
        take_in(stocked, record("later", news(62)))


def threads_ended() -> None:
    for thread in threading.enumerate():
        if thread.name == "encoder":
            thread.join()


def test_searches_go_on_and_follow(stocked: Archive) -> None:
    encoder = LastLetters()
    searcher = Searcher(stocked, FAKE, reopen=lambda: encoder)
    before = by_vector(searcher)
    assert not searcher.follow_encoder()

    def meanwhile(_: Progress) -> None:
        assert by_vector(searcher) == before

    reencode(stocked, encoder, None, on_progress=meanwhile, batch=10)
    assert searcher.encoder is FAKE
    by_vector(searcher)  # finds that out; what it returns may be of before or after
    threads_ended()
    assert searcher.encoder is encoder
    assert by_vector(searcher) == by_vector(Searcher(stocked, encoder)) != before
    take_in(stocked, record("new", news(50)), encoder=encoder)
    assert has(searcher, "new", " ".join(news(50).split()[:9]))


def test_an_encoder_that_cannot_be_opened_here(stocked: Archive, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> InitialsEncoder:
        raise EncoderError("there is no folder /models/other")

    searcher, alone = Searcher(stocked, FAKE, reopen=fail), Searcher(stocked, FAKE)
    before = by_vector(searcher)
    reencode(stocked, LastLetters(), None)
    for _ in range(3):
        assert by_vector(searcher) == by_vector(alone) == before
        threads_ended()
    assert caplog.text.count("can't be opened here: there is no folder /models/other") == 1
    with pytest.raises(EncoderError):
        searcher.follow_encoder()
    with pytest.raises(ConflictError):
        alone.follow_encoder()


def test_vectors_of_two_encoders_never_mix(stocked: Archive) -> None:
    """What reads the archive just when it is re-encoded is told so."""
    encoder = LastLetters()
    before = followed(ArchiveView.empty(FAKE.dimension), stocked, encoder=FAKE.name)
    reencode(stocked, encoder, None)
    after = followed(ArchiveView.empty(encoder.dimension), stocked, encoder=encoder.name)
    assert len(after.vectors) == len(before.vectors) == passages(stocked)
    with pytest.raises(ReencodedError):
        followed(before, stocked, encoder=FAKE.name)


def test_a_purge_meanwhile(stocked: Archive) -> None:
    encoder = LastLetters()
    here = passages(stocked)

    def meanwhile(progress: Progress) -> None:
        if progress.done == 10:
            purge(stocked, "a0", "court order", NOW, redact=lambda *_: None, as_asked=lambda answer: answer)

    reencode(stocked, encoder, None, on_progress=meanwhile, batch=10)
    assert passages(stocked) < here
    assert rows(stocked) == (passages(stocked), 0)
    assert not has(Searcher(stocked, encoder), "a0", " ".join(news(0).split()[:9]))


def test_languages_that_only_one_of_them_reads(archive: Archive) -> None:
    take_in(archive, {"id": "de", "text": GERMAN, "published": "2021-08-05"}, record("en", "The bridge stays shut."))
    assert rows(archive) == (1, 0)
    encoder = LastLetters()
    assert reencode(archive, encoder, None).passages == 2
    best = Searcher(archive, encoder).search("brücke gesperrt", limit=1).passages[0]
    assert best.passage.article.id == "de"
    assert best.cosine is not None
    assert reencode(archive, FAKE, None).passages == 1
    assert rows(archive) == (1, 0)


def test_passages_longer_than_the_window_are_counted(stocked: Archive) -> None:
    report = reencode(stocked, LastLetters(60), None)
    assert 0 < report.cut <= report.passages
    assert reencode(stocked, FAKE, None).cut == 0


def test_an_archive_without_articles(archive: Archive) -> None:
    assert reencode(archive, LastLetters(), Path("/models/other")).already
    assert archive.fact("encoder") == "last-letters"
    with pytest.raises(ConflictError):
        take_in(archive, record("a", news(1)))


def test_a_disk_without_room(stocked: Archive) -> None:
    encoder = LastLetters()
    encoder.dimension = 10**12
    with pytest.raises(StorageError, match=r"too full to re-encode the archive in .*: [\d,]+ MB are free"):
        reencode(stocked, encoder, None)
    assert reencoding_of(stocked) is None
    assert by_vector(Searcher(stocked, FAKE))
