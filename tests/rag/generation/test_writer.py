"""Answers by an LLM: good, bad, broken and malicious ones, from a scripted server over real HTTP."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dateline.index.archive import Archive, StoredPassage
from dateline.index.filters import Filters
from dateline.index.search import Searcher
from dateline.rag.answer import Answer
from dateline.rag.answerer import SPARE, SPARE_SHARE, Answerer
from dateline.rag.events import ClaimVerified, DisagreementFound, Done, Event, Retrieved, Waiting
from dateline.rag.generation.answer_draft import AnswerDraft
from dateline.rag.generation.context import whole_passages
from dateline.rag.generation.llm import Llm, LlmServer
from dateline.rag.generation.prompts import prompt_sha256
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import Question
from dateline.rag.reading.passages import Reading
from dateline.rag.verification.support import Verdict, WordSupport
from tests.articles import FAKE, NOW, READER, record, take_in
from tests.clock import Clock
from tests.scripted_llm import Reply, Script, in_turn, scripted_llm

BRIDGE = (
    "Council workers closed the bridge on Monday because its cables had rusted. Some 42 ferries carry the traffic. "
    "“We had no choice,” said Ada Lorne, the mayor. The repair takes until May [2022]."
)
RIVAL = "Harbor pilots say that council workers closed the bridge on Tuesday. The toll of the closure is 50 lost jobs."
CLOSED = "Council workers closed the bridge on Monday because its cables had rusted."
BY_READER = CLOSED
"""The reader's first sentence for `ASKED`."""
ASKED = "Why did council workers close the bridge?"
DEADLINE = 1.5
"""Deadline in seconds for servers that would take longer."""
TOO_LATE = "no whole completion within the deadline"
SLACK = 60.0
"""Extra seconds for a busy machine."""


@pytest.fixture
def archive(archive: Archive) -> Archive:
    """Two articles about one event."""
    take_in(
        archive,
        record("bridge", BRIDGE, outlet="Harbor Post", title="Bridge shut"),
        record("rival", RIVAL, outlet="Larkfield Gazette", published="2021-08-06"),
    )
    return archive


Ask = Callable[..., list[Event]]


@pytest.fixture
def ask(archive: Archive) -> Iterator[Ask]:
    """Asks a question with a scripted LLM, and checks the invariants of the events.

    `late_after`: the LLM's deadline passes some time after its server has sent so many events and no more.
    """
    with ExitStack() as stack:

        def asking(
            script: Script | Reply,
            question: str = ASKED,
            *,
            base_url: str | None = None,
            late_after: int | None = None,
            **server: Any,
        ) -> list[Event]:
            running = stack.enter_context(scripted_llm(in_turn(script) if isinstance(script, Reply) else script))
            options = {"timeout": 300.0, "max_tokens": 200} | server
            clock = Clock()
            llm = Llm(LlmServer(base_url or running.base_url, "scripted", "sk-secret", **options), clock=clock)
            answerer = Answerer(Searcher(archive, FAKE), READER, writer=LlmWriter(llm, WordSupport()))
            start = time.monotonic()
            events: list[Event] = []
            silences = 0
            for event in answerer.stream(Question(question, NOW)):
                events.append(event)
                if isinstance(event, Waiting) and len(running.sent) == late_after:
                    silences += 1
                    if silences == 3:  # what was sent has come by now; the next piece is waited for when it's too late
                        threading.Timer(0.1, clock.skip, [options["timeout"]]).start()
            assert time.monotonic() - start < options["timeout"] + SLACK
            check(events, archive)
            return events

        yield asking


def check(events: Sequence[Event], archive: Archive) -> None:
    """Check the invariants of every stream and answer."""
    assert isinstance(events[0], Retrieved)
    assert [isinstance(event, Done) for event in events] == [False] * (len(events) - 1) + [True]
    answer = answer_of(events)
    verified = [event.claim for event in events if isinstance(event, ClaimVerified)]
    assert verified == [replace(claim, heading=None) for claim in answer.claims]  # headings are known at the end
    found = [event.disagreement for event in events if isinstance(event, DisagreementFound)]
    assert found == list(answer.disagreements)
    told = [s for event in events if isinstance(event, ClaimVerified | DisagreementFound) for s in event.sources]
    assert [source.number for source in told] == [source.number for source in answer.sources]
    assert (answer.status == "refused") == (answer.refusal is not None) == (not answer.claims)
    by_number = {source.number: source for source in answer.sources}
    seen: list[int] = []
    for claim in answer.claims:
        assert claim.support.label == "supported"
        assert claim.citations
        numbers = list(dict.fromkeys(citation.source for citation in claim.citations))
        assert claim.answer_span.of(answer.text) == f"{claim.text} " + "".join(f"[{n}]" for n in numbers)
        for citation in claim.citations:
            text = archive.article(citation.article_id).article.text
            assert citation.source_span.of(text) == citation.quote
            assert by_number[citation.source].article_id == citation.article_id
            seen.append(citation.source)
    for disagreement in answer.disagreements:
        seen += [citation.source for position in disagreement.positions for citation in position.citations]
    assert list(dict.fromkeys(seen)) == sorted(by_number)  # only what is cited, numbered as it appears
    assert " ".join(claim.answer_span.of(answer.text) for claim in answer.claims) == answer.text
    assert answer.receipt.llm is None or answer.receipt.prompt_sha256 == prompt_sha256()


def answer_of(events: Sequence[Event]) -> Answer:
    """The answer at the end of a stream."""
    done = events[-1]
    assert isinstance(done, Done)
    return done.answer


def said(answer: Answer) -> list[tuple[str, list[str]]]:
    """Each claim with its quotes."""
    return [(claim.text, [citation.quote for citation in claim.citations]) for claim in answer.claims]


def dropped(answer: Answer) -> list[tuple[str, str]]:
    return [(each.text, each.reason) for each in answer.receipt.dropped]


def stands_in(events: Sequence[Event], fault: str) -> Answer:
    """The answer, which must be the reader's because of `fault`."""
    answer = answer_of(events)
    assert answer.answered_by == "reader"
    assert answer.claims[0].text == BY_READER
    assert all(claim.support.method == "verbatim" for claim in answer.claims)
    assert answer.receipt.llm is not None
    assert answer.receipt.llm.fault == fault
    return answer


def test_an_announcement_is_left_out(ask: Ask) -> None:
    answer = answer_of(ask(Reply("Based on the passages, here are the reasons:\n\n" + CLOSED + " [1]")))
    assert [text for text, _ in said(answer)] == [CLOSED]
    assert dropped(answer) == [("Here are the reasons:", "claims nothing")]


def test_passages_by_number_are_the_models_own(ask: Ask) -> None:
    answer = answer_of(ask(Reply(f"According to passage 1, c{CLOSED[1:-1]} (passage 1).")))
    assert said(answer) == [(CLOSED, [CLOSED])]


def test_a_good_answer(ask: Ask, archive: Archive) -> None:
    answer = answer_of(ask(Reply("The bridge was closed because its cables rusted [1]. Pilots say Tuesday. [2]")))
    # "rusted" and "closed" are in the passage, "pilots" and "Tuesday" in the other one.
    assert said(answer) == [
        ("The bridge was closed because its cables rusted.", [CLOSED]),
        ("Pilots say Tuesday.", ["Harbor pilots say that council workers closed the bridge on Tuesday."]),
    ]
    assert answer.answered_by == "scripted"
    assert answer.text == "The bridge was closed because its cables rusted. [1] Pilots say Tuesday. [2]"
    assert [source.article_id for source in answer.sources] == ["bridge", "rival"]
    assert dropped(answer) == []
    llm = answer.receipt.llm
    assert llm is not None
    assert (llm.model, llm.support_check, llm.finish_reason, llm.fault) == ("scripted", "words", "stop", None)
    assert llm.passages == ("bridge:1:0", "rival:1:0")
    assert answer.confidence is not None


def test_sources_are_renumbered_and_only_cited_ones_are_listed(ask: Ask) -> None:
    answer = answer_of(ask(Reply("Pilots say it was on Tuesday [2].")))
    assert answer.text == "Pilots say it was on Tuesday. [1]"
    assert [source.article_id for source in answer.sources] == ["rival"]


def test_speaker_time_and_short_answer_are_filled(ask: Ask) -> None:
    answer = answer_of(ask(Reply("“We had no choice,” the mayor Ada Lorne said. [1]")))
    assert (answer.claims[0].speaker, answer.claims[0].speaker_role) == ("Ada Lorne", "the mayor")
    answer = answer_of(
        ask(
            Reply("It carries 42 ferries. Some 42 ferries carry the traffic [1]."),
            "How many ferries carry the traffic?",
        )
    )
    assert [claim.text for claim in answer.claims] == ["Some 42 ferries carry the traffic."]
    assert answer.short_answer is not None
    assert (answer.short_answer.text, answer.short_answer.claim) == ("42", "c1")
    assert answer.short_answer.source_span.of(BRIDGE) == "42"
    answer = answer_of(ask(Reply("Council workers closed the bridge on Monday [1].")))
    event_time = answer.claims[0].event_time
    assert event_time is not None
    assert event_time.start.isoformat() == "2021-08-02"  # the Monday before 5 August


def test_a_sentence_goes_out_before_the_completion_ends(ask: Ask, archive: Archive) -> None:
    text = "Council workers closed the bridge on Monday. [1] Some 42 ferries"
    with scripted_llm(in_turn(Reply(text, stall_after=len(text) // 4 + 1))) as server:
        writer = LlmWriter(Llm(LlmServer(server.base_url, "scripted", timeout=600)), WordSupport())
        stream = Answerer(Searcher(archive, FAKE), READER, writer=writer).stream(Question(ASKED, NOW))
        assert isinstance(next(stream), Retrieved)
        start = time.monotonic()
        event = next(event for event in stream if not isinstance(event, Waiting))
        assert time.monotonic() - start < 300  # the server would stall until the deadline
        assert isinstance(event, ClaimVerified)
        assert event.claim.text == "Council workers closed the bridge on Monday."
        stream.close()


@pytest.mark.parametrize(
    "text",
    [
        "Council workers closed the bridge on Monday.",
        "Council workers closed the bridge on Monday [7].",
        "Council workers closed the bridge on Monday [2].",
        "Council workers closed the bridge on Monday [7][2].",
    ],
)
def test_a_sentence_that_lacks_only_its_citation_is_repaired(ask: Ask, text: str) -> None:
    answer = answer_of(ask(Reply(text)))
    assert said(answer) == [("Council workers closed the bridge on Monday.", [CLOSED])]
    assert answer.answered_by == "scripted"
    gone = {
        "[7]": "no such passage was offered",
        "[2]": "doesn't support: Council workers closed the bridge on Monday.",
    }
    assert dropped(answer) == [(marker, reason) for marker, reason in gone.items() if marker in text]


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Some 43 ferries carry the traffic [1].", "number not in passage: 43"),
        ("The bridge collapsed on Monday [1].", "word not in passage: collapsed"),
        ("“We had a choice,” said Ada Lorne [1].", "not quoted word for word: We had a choice,"),
        ("Die Brücke wurde am Montag geschlossen [1].", "word not in passage: brücke"),
        ("Council workers closed the bridge on Monday [1].", "says what is already said"),
        ("It is so.", "no words that could be checked"),
        ("Why did council workers close the bridge?", "claims nothing"),
        ("Let me know if you need more about the bridge [1].", "claims nothing"),
        (f"{'On Monday, ' * 90}council workers closed the bridge [1].", "more than was asked for"),
    ],
)
def test_what_does_not_hold_is_dropped_with_its_reason(ask: Ask, sentence: str, reason: str) -> None:
    first = "Council workers closed the bridge on Monday [1]."
    answer = answer_of(ask(Reply(f"{first} {sentence}"), max_tokens=1_000))
    assert [text for text, _ in said(answer)] == ["Council workers closed the bridge on Monday."]
    assert [why for _, why in dropped(answer)] == [reason]


def test_two_words_may_answer(ask: Ask) -> None:
    assert said(answer_of(ask(Reply("Council workers [1]."))))[0][0] == "Council workers."


def test_half_a_character_does_not_lose_the_answer(ask: Ask) -> None:
    answer = answer_of(ask(Reply("Council workers closed the bridge on Monday [1]. Bad \ud83d news came.")))
    assert [text for text, _ in said(answer)] == ["Council workers closed the bridge on Monday."]
    assert dropped(answer) == [("Bad � news came.", "word not in passage: came")]


class Attributing(WordSupport):
    """A check by which whatever nobody says leaves out that Ada Lorne says it."""

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        verdict = super().check(claim, passages)
        if verdict.label != "supported" or "said" in claim:
            return verdict
        return replace(verdict, label="partial", spans=(), completed=f"{claim.rstrip('.')}, said Ada Lorne.")


def test_a_sentence_that_leaves_out_who_says_so_is_completed(archive: Archive) -> None:
    with scripted_llm(lambda _: Reply("The bridge was closed [1]. Ferries closed the bridge [1].")) as server:
        writer = LlmWriter(Llm(LlmServer(server.base_url, "scripted")), Attributing())
        answer = Answerer(Searcher(archive, FAKE), READER, writer=writer).answer(Question(ASKED, NOW))
    assert [claim.text for claim in answer.claims][:1] == ["The bridge was closed, said Ada Lorne."]
    assert answer.claims[0].support.label == "supported"


class Slow(WordSupport):
    """A check that takes ten seconds on a clock that does not otherwise advance."""

    def __init__(self, clock: list[float]) -> None:
        self._clock = clock

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        self._clock[0] += 10
        return super().check(claim, passages)


def test_sentences_are_checked_until_the_deadline(archive: Archive) -> None:
    clock = [0.0]
    text = "Council workers closed the bridge on Monday [1]. Some 42 ferries carry the traffic [1]. "
    text += "The mayor is Ada Lorne [1]. “We had no choice” [1]."
    with scripted_llm(in_turn(Reply(text, piece=len(text)))) as server:
        model = Llm(LlmServer(server.base_url, "scripted", timeout=15), clock=lambda: clock[0])
        found = [one.passage for one in Searcher(archive, FAKE).search(ASKED).passages]
        bridge = [passage for passage in found if passage.article.id == "bridge"]
        draft = LlmWriter(model, Slow(clock)).draft(
            Question(ASKED, NOW),
            whole_passages(bridge),
            kind="why",
            words=180,
            reading=Reading((), 0.0),
            archive=archive,
            style="prose",
        )
        assert [sentence.text for sentence in draft if sentence] == [
            "Council workers closed the bridge on Monday.",
            "Some 42 ferries carry the traffic.",
        ]
    assert draft.use.fault == TOO_LATE


def test_brackets_of_an_article_come_back_as_they_were_written(ask: Ask) -> None:
    answer = answer_of(ask(Reply("The repair takes until May ⟦2022⟧ [1].")))
    assert said(answer) == [("The repair takes until May [2022].", ["The repair takes until May [2022]."])]


FAULTS: dict[str, tuple[Reply, str]] = {
    "401": (Reply(status=401, body=b"{}"), "the server refuses the key (HTTP 401)"),
    "429, later": (Reply(status=429, headers={"retry-after": "600"}, body=b"{}"), "too many requests (HTTP 429)"),
    "500": (Reply(status=500, body=b"oops"), "the server failed (HTTP 500)"),
    "not JSON": (Reply(body=b"<html>hello</html>"), "what the server sent is no completion"),
    "broken JSON": (Reply(body=b"data: {broken\n\n"), "what the server sent is no completion"),
    "stalls at once": (Reply("x", stall_after=0), TOO_LATE),
    "stalls": (Reply(CLOSED, stall_after=3), TOO_LATE),
    "drips": (Reply(CLOSED, stall_after=3, drip=0.05), TOO_LATE),
    "slow": (Reply(CLOSED, wait=0.1), TOO_LATE),
    "cut in the first sentence": (Reply(CLOSED, cut_after=5), "the completion broke off"),
    "ends in the first sentence": (Reply(CLOSED[:30], finish_reason=None), "the completion broke off"),
    "empty": (Reply(""), "an empty completion"),
    "only white space": (Reply(" \n "), "an empty completion"),
    "only markers": (Reply("[1][2]"), "an empty completion"),
    "another language": (Reply("Die Brücke wurde geschlossen, weil die Seile rosten [1]."), "none of its sentences passed"),
    "invented number": (Reply("Some 43 ferries carry the traffic [1]."), "none of its sentences passed"),
    "invented quotation": (Reply("“We had a choice,” said Ada Lorne [1]."), "none of its sentences passed"),
    "stopped for length in the first sentence": (Reply("Council workers closed the", finish_reason="length"), "none of its sentences passed"),
    "100,000 tokens": (Reply("word " * 100_000, piece=5), "none of its sentences passed"),
    "100,000 tokens in few pieces": (Reply("word " * 100_000, piece=50_000), "an empty completion"),
    "sentinel": (Reply("NOT_IN_PASSAGES"), "it says that the passages do not answer"),
    "sentinel, explained": (Reply("NOT_IN_PASSAGES. The bridge is closed [1]."), "it says that the passages do not answer"),
    "prompt": (Reply("You answer a question from passages of news articles, for readers who check every word."), "it repeats its prompt"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_the_reader_is_the_fallback(ask: Ask, name: str) -> None:
    reply, fault = FAULTS[name]
    stands_in(ask(reply, timeout=DEADLINE if fault == TOO_LATE else 300.0), fault)


def test_no_server_no_host(ask: Ask) -> None:
    nobody = ask(Reply("x"), base_url="http://127.0.0.1:9/v1")
    stands_in(nobody, "the server can't be reached: connection refused")
    unknown = ask(Reply("x"), base_url="http://no-such-host.invalid/v1")
    stands_in(unknown, "the server can't be reached: no such host")


def test_429_with_a_wait_within_the_deadline_is_waited_for(ask: Ask) -> None:
    busy = Reply(status=429, headers={"retry-after": "0.1"}, body=b"{}")
    answer = answer_of(ask(in_turn(busy, Reply(f"{CLOSED} [1]"))))
    assert answer.answered_by == "scripted"


def test_the_prompt_repeated_back_says_nothing(ask: Ask) -> None:
    def parrot(request: dict[str, Any]) -> Reply:
        return Reply("\n".join(message["content"] for message in request["messages"]), piece=40)

    stands_in(ask(parrot, max_tokens=5_000), "it repeats its prompt")


@pytest.mark.parametrize(
    ("change", "fault", "finish_reason"),
    [
        ({"cut_after": 24}, "the completion broke off", None),
        ({"stall_after": 24}, TOO_LATE, None),
        ({"finish_reason": "length"}, None, "length"),
        ({"finish_reason": None}, "the completion broke off", None),
    ],
)
def test_what_was_verified_before_the_end_stays_and_the_torn_sentence_goes(
    ask: Ask, change: dict[str, Any], fault: str | None, finish_reason: str | None
) -> None:
    # The unfinished one would pass: all its words are there.
    text = f"{CLOSED} [1] Some 42 ferries carry the"
    answer = answer_of(ask(replace(Reply(text), **change), late_after=change.get("stall_after")))
    assert said(answer) == [(CLOSED, [CLOSED])]
    assert answer.answered_by == "scripted"
    assert answer.receipt.llm is not None
    assert (answer.receipt.llm.fault, answer.receipt.llm.finish_reason) == (fault, finish_reason)
    assert [reason for _, reason in dropped(answer)] == ["it was not finished"]


def test_a_refusal_before_reading_asks_no_llm(ask: Ask) -> None:
    answer = answer_of(ask(Reply(f"{CLOSED} [1]"), "Who is Zebulon Quux?"))
    assert answer.status == "refused"
    assert answer.receipt.llm is None
    assert answer.receipt.prompt_sha256 is None


UNSURE = "Which council bought ferries?"
"""No sentence has the two of its words that the reader needs."""


def test_where_the_reader_is_not_sure_the_llm_decides(ask: Ask) -> None:
    refused = answer_of(ask(Reply("NOT_IN_PASSAGES"), UNSURE))
    assert (refused.status, refused.answered_by) == ("refused", "reader")
    assert refused.refusal is not None
    assert refused.refusal.reason == "not_in_coverage"
    assert refused.receipt.llm is not None
    nothing = answer_of(ask(Reply("The council of Ulm bought them [1]."), UNSURE))
    assert nothing.status == "refused"


def test_true_sentences_that_do_not_answer_keep_the_refusal(ask: Ask) -> None:
    beside = f"{CLOSED} [1] Some 42 ferries carry the traffic [1]."
    refused = answer_of(ask(Reply(beside), UNSURE))
    assert (refused.status, refused.answered_by) == ("refused", "reader")
    assert refused.receipt.llm is not None
    assert refused.receipt.llm.fault == "none of its sentences answers the question"
    assert dropped(refused) == [
        (CLOSED, "does not answer the question"),
        ("Some 42 ferries carry the traffic.", "does not answer the question"),
    ]


def test_an_answer_that_the_reader_missed_is_emitted_with_what_came_before(ask: Ask) -> None:
    doubted = "How many ferries are carrying trucks?"
    assert answer_of(ask(Reply("NOT_IN_PASSAGES"), doubted)).status == "refused"
    text = f"{CLOSED} [1] Some 42 ferries carry the traffic [1]. Pilots say Tuesday [2]."
    answer = answer_of(ask(Reply(text), doubted))
    assert [claim for claim, _ in said(answer)] == [
        CLOSED,
        "Some 42 ferries carry the traffic.",
        "Pilots say Tuesday.",
    ]
    assert dropped(answer) == []


class Recording(LlmWriter):
    """Records the time that each completion may take."""

    allowed: float | None = None

    def draft(self, *args: Any, within: float | None = None, **kwargs: Any) -> AnswerDraft:
        self.allowed = within
        return super().draft(*args, within=within, **kwargs)


@pytest.mark.parametrize(
    ("question", "filters", "left"),
    [
        # Readings of the clock, a second each: the start, two for each of understand, retrieve, read and compare, the
        # start of write, one for how much may be shown, and this one.
        (ASKED, Filters(), 30 - 11 - 11 * SPARE_SHARE),
        (UNSURE, Filters(), 30 - 11 - 11 * SPARE_SHARE),
        # A refusal would search and read once more, which took a second each.
        (UNSURE, Filters(published_from=date(2021, 1, 1)), 30 - 11 - 11 * SPARE_SHARE - 2),
    ],
)
def test_a_completion_gets_what_searching_and_reading_leave(
    archive: Archive, question: str, filters: Filters, left: float
) -> None:
    seconds = iter(range(1_000))
    with scripted_llm(in_turn(Reply("NOT_IN_PASSAGES"))) as server:
        writer = Recording(Llm(LlmServer(server.base_url, "scripted", timeout=30)), WordSupport())
        by = Answerer(Searcher(archive, FAKE), READER, writer=writer, clock=lambda: float(next(seconds)))
        by.answer(Question(question, NOW, filters))
    assert writer.allowed == pytest.approx(left)


def test_no_request_without_time_left(archive: Archive) -> None:
    with scripted_llm(in_turn(Reply(f"{CLOSED} [1]"))) as server:
        writer = LlmWriter(Llm(LlmServer(server.base_url, "scripted", timeout=SPARE)), WordSupport())
        answer = Answerer(Searcher(archive, FAKE), READER, writer=writer).answer(Question(ASKED, NOW))
        assert server.requests == []
    assert answer.receipt.llm is not None
    assert answer.receipt.llm.fault == "no whole completion within the deadline"
    assert answer.claims[0].text == BY_READER


def test_disagreements_are_shown_with_it(archive: Archive, ask: Ask) -> None:
    take_in(
        archive,
        record("first", "Officials said that 12 people died in the Alm flood.", published="2021-08-20"),
        record("second", "Officials said that 15 people died in the Alm flood.", published="2021-08-20"),
    )
    answer = answer_of(ask(Reply("Officials said that 12 people died [1]."), "How many people died in the Alm flood?"))
    assert answer.answered_by == "scripted"
    (disagreement,) = answer.disagreements
    assert {position.value for position in disagreement.positions} == {"12", "15"}
    assert len(answer.sources) == 2


def test_claims_of_several_periods_get_headings_at_the_end(archive: Archive, ask: Ask) -> None:
    take_in(archive, record("flood", "Council workers closed the bridge for a flood.", published="2015-10-04"))
    of_2015, of_2021 = "Council workers closed the bridge for a flood [3].", f"{CLOSED} [1]"
    at = {"[1]": "Harbor Post", "[3]": "2015"}

    def script(request: dict[str, Any], *sentences: str) -> Reply:
        """The sentences with the numbers under which the passages were offered."""
        offered = re.findall(r"^(\[\d\]) (.*)$", request["messages"][-1]["content"], re.MULTILINE)
        number = {wanted: n for wanted, about in at.items() for n, told in offered if about in told}
        return Reply(" ".join(re.sub(r"\[\d\]", lambda found: number[found[0]], sentence) for sentence in sentences))

    answer = answer_of(ask(lambda request: script(request, of_2021, of_2015)))
    assert [(claim.text, claim.heading) for claim in answer.claims] == [
        (CLOSED, "August 2021"),
        ("Council workers closed the bridge for a flood.", "October 2015"),
    ]


def test_the_drained_stream_is_the_answer(archive: Archive) -> None:
    with scripted_llm(in_turn(Reply(f"{CLOSED} [1]"))) as server:
        writer = LlmWriter(Llm(LlmServer(server.base_url, "scripted")), WordSupport(), clock=lambda: 0.0)
        by = Answerer(Searcher(archive, FAKE), READER, writer=writer, clock=lambda: 0.0, new_id=lambda: "ans_1")
        question = Question(ASKED, NOW)
        assert by.answer(question) == answer_of(list(by.stream(question)))
        assert len(server.requests) == 2


def test_the_reader_s_answer_comes_as_events_too(archive: Archive) -> None:
    events = list(Answerer(Searcher(archive, FAKE), READER).stream(Question(ASKED, NOW)))
    check(events, archive)
    assert sum(isinstance(event, ClaimVerified) for event in events) >= 1


def test_the_llm_is_waited_for_without_holding_a_processor(archive: Archive) -> None:
    at_work = threading.BoundedSemaphore(1)
    taken: list[str] = []

    class Counted(WordSupport):
        def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
            taken.append("free" if at_work.acquire(blocking=False) else "held")
            return super().check(claim, passages)

    def script(_request: dict[str, Any]) -> Reply:
        assert at_work.acquire(timeout=30)  # nobody computes while the LLM is asked
        at_work.release()
        taken.append("asked")
        return Reply(f"{CLOSED} [1]")

    with scripted_llm(script) as server:
        writer = LlmWriter(Llm(LlmServer(server.base_url, "scripted")), Counted(), at_work=at_work)
        answerer = Answerer(Searcher(archive, FAKE), READER, writer=writer, at_work=at_work)
        answer = answerer.answer(Question(ASKED, NOW))
    assert taken[0] == "asked"
    assert set(taken[1:]) == {"held"}
    assert answer.answered_by == "scripted"
