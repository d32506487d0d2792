import gc
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from dateline.index.errors import (
    LlmAccessError,
    LlmBrokenOffError,
    LlmBusyError,
    LlmError,
    LlmPausedError,
    LlmProtocolError,
    LlmRequestError,
    LlmServerError,
    LlmTimeoutError,
    LlmUnreachableError,
)
from dateline.rag.generation.circuit_breaker import CircuitBreaker
from dateline.rag.generation.llm import (
    TICK,
    CompletionOptions,
    Llm,
    LlmServer,
    Timings,
    whole_characters,
    without_thoughts,
)  # fmt: skip
from dateline.rag.generation.prompts import Prompt
from tests.clock import Clock
from tests.scripted_llm import Reply, Script, ScriptedLlm, in_turn, scripted_llm

PROMPT = Prompt("Be brief.", "Who?")
PATIENCE = 100.0
"""Most seconds on a busy machine for what should be immediate, and would take minutes if it failed."""
KEY = "sk-secret-123"

Serve = Callable[[Script], ScriptedLlm]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts scripted servers."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(scripted_llm(script))


class AtOnce(random.Random):
    """Jitter that makes every wait zero."""

    def uniform(self, a: float, b: float) -> float:
        return a


def llm(
    base_url: str,
    *,
    timeout: float = 300.0,
    max_tokens: int = 100,
    breaker: CircuitBreaker | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Llm:
    server = LlmServer(base_url, "scripted", KEY, timeout, max_tokens)
    return Llm(server, rng=AtOnce(), breaker=breaker, clock=clock)


def received(model: Llm, at_text: Callable[[], None] = lambda: None) -> tuple[str, str | None, LlmError | None]:
    """The text, the finish reason and the fault. `at_text`: called for each piece that isn't empty."""
    completion, text = model.stream(PROMPT), ""
    try:
        for piece in completion:
            text += piece
            if piece:
                at_text()
    except LlmError as error:
        return text, completion.finish_reason, error
    return text, completion.finish_reason, None


def test_a_completion_and_what_was_asked(serve: Serve) -> None:
    server = serve(in_turn(Reply("The council did. [1]")))
    assert received(llm(server.base_url)) == ("The council did. [1]", "stop", None)
    (request,) = server.requests
    assert request == {
        "model": "scripted",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who?"}],
        "max_tokens": 100,
        "temperature": 0.0,
        "stream_options": {"include_usage": True},
        "stream": True,
    }
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_options_of_one_request(serve: Serve) -> None:
    server = serve(in_turn(Reply("Yes")))
    options = CompletionOptions(
        max_tokens=5, temperature=0.7, top_logprobs=3, grammar='root ::= "Yes"', extra_body={"cache_prompt": False}
    )
    assert "".join(llm(server.base_url).stream(PROMPT, options=options)) == "Yes"
    (request,) = server.requests
    assert (request["max_tokens"], request["temperature"]) == (5, 0.7)
    assert (request["logprobs"], request["top_logprobs"]) == (True, 3)
    assert (request["grammar"], request["cache_prompt"]) == ('root ::= "Yes"', False)
    assert "".join(llm(server.base_url).stream(PROMPT, options=CompletionOptions(max_tokens=5_000))) == "Yes"
    assert server.requests[-1]["max_tokens"] == 100  # no more than the settings allow
    server = serve(in_turn(Reply("word " * 100, piece=5)))
    assert "".join(llm(server.base_url).stream(PROMPT, options=CompletionOptions(max_tokens=5))) == "word " * 5


def test_what_a_server_says_of_a_completion(serve: Serve) -> None:
    """OpenAI's `usage` with cached tokens and log-probabilities, then llama.cpp's `timings`."""
    logprobs = {"content": [{"token": "Yes", "logprob": -0.1, "bytes": None, "top_logprobs": [
        {"token": "Yes", "logprob": -0.1, "bytes": None}, {"token": "No", "logprob": -2.5, "bytes": None}]}]}  # fmt: skip
    yes = {"choices": [{"index": 0, "delta": {"content": "Yes"}, "logprobs": logprobs, "finish_reason": "stop"}]}
    usage = {"prompt_tokens": 12, "completion_tokens": 1, "total_tokens": 13}
    openai = {"choices": [], "usage": usage | {"prompt_tokens_details": {"cached_tokens": 8}}}
    timings = {"cache_n": 9, "prompt_n": 3, "prompt_per_second": 90.5, "predicted_n": 1, "predicted_per_second": 30.5}
    for last, cached, told in (
        (openai, 8, None),
        ({"choices": [], "usage": usage, "timings": timings}, 9, Timings(3, 90.5, 1, 30.5)),
        ({"choices": [], "usage": usage, "timings": {"cache_n": "?"}}, None, None),
        ({"choices": [], "usage": usage}, None, None),
    ):
        body = b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in (yes, last)) + b"data: [DONE]\n\n"
        completion = llm(
            serve(in_turn(Reply(body=body, headers={"content-type": "text/event-stream"}))).base_url
        ).stream(PROMPT)
        assert completion.first_token == {}
        assert "".join(completion) == "Yes"
        assert (completion.prompt_tokens, completion.completion_tokens) == (12, 1)
        assert (completion.cached_tokens, completion.timings) == (cached, told)
        assert dict(completion.first_token) == {"Yes": -0.1, "No": -2.5}
        assert completion.first_token_seconds is not None


def test_a_hosted_model_has_no_process(serve: Serve) -> None:
    server = serve(in_turn(Reply("Yes")))
    model = llm(server.base_url)
    model.prepare()
    model.warm_up()
    assert (model.context, model.speed, model.state) == (None, None, None)
    assert model.count_all(["", "four", "fives"]) == [0, 4 / 4, 2]  # four characters a token, rounded up
    assert server.requests == []


def test_pieces_come_as_they_are_sent(serve: Serve) -> None:
    server = serve(in_turn(Reply("one two three", piece=4, stall_after=3)))
    pieces = iter(llm(server.base_url).stream(PROMPT))
    assert [next(pieces), next(pieces)] == ["one ", "two "]
    pieces.close()


@pytest.mark.parametrize(
    ("reply", "kind", "message", "requests"),
    [
        (Reply(status=401, body=b"{}"), LlmAccessError, "the server refuses the key (HTTP 401)", 1),
        (Reply(status=403, body=b"{}"), LlmAccessError, "the server refuses the key (HTTP 403)", 1),
        (Reply(status=404, body=b"{}"), LlmRequestError, "the server refuses the request (HTTP 404)", 1),
        (Reply(status=400, body=b"x"), LlmRequestError, "the server refuses the request (HTTP 400)", 1),
        (Reply(status=429, body=b"{}"), LlmBusyError, "too many requests (HTTP 429)", 3),
        (Reply(status=500, body=b"x"), LlmServerError, "the server failed (HTTP 500)", 3),
        (Reply(status=503, body=b"{}"), LlmServerError, "the server failed (HTTP 503)", 3),
        (Reply(body=b"<html>Log in</html>"), LlmProtocolError, "what the server sent is no completion", 1),
        (Reply(body=b'{"choices": []}'), LlmProtocolError, "what the server sent is no completion", 1),
        (Reply(body=b"data: {not json\n\n"), LlmProtocolError, "what the server sent is no completion", 1),
        (Reply(body=b"data: [1, 2]\n\n"), LlmProtocolError, "what the server sent is no completion", 1),
        (Reply(body=b'data: {"a": 1}\n\n'), LlmProtocolError, "what the server sent is no completion", 1),
        (Reply(body=b'data: {"error": {"message": "no"}}\n\n'), LlmServerError,
         "the server reported an error instead of a completion", 3),
        (Reply("x", cut_after=0), LlmUnreachableError, "the server can't be reached: connection broken", 3),
    ],
)  # fmt: skip
def test_faults_and_which_of_them_are_tried_again(
    serve: Serve, reply: Reply, kind: type[LlmError], message: str, requests: int
) -> None:
    server = serve(in_turn(reply))
    text, finish_reason, error = received(llm(server.base_url))
    assert (text, finish_reason) == ("", None)
    assert type(error) is kind
    assert error.message == message
    assert error.hint
    assert len(server.requests) == requests


def test_no_server_and_no_such_host() -> None:
    _, _, refused = received(llm("http://127.0.0.1:9/v1"))
    assert isinstance(refused, LlmUnreachableError)
    assert refused.message == "the server can't be reached: connection refused"
    _, _, unknown = received(llm("http://no-such-host.invalid/v1"))
    assert isinstance(unknown, LlmUnreachableError)
    assert unknown.message == "the server can't be reached: no such host"


def test_a_retry_that_helps(serve: Serve) -> None:
    for first in (Reply(status=500, body=b"x"), Reply(status=429, headers={"retry-after": "0"}, body=b"{}")):
        server = serve(in_turn(first, Reply("Well.")))
        assert received(llm(server.base_url)) == ("Well.", "stop", None)
        assert len(server.requests) == 2


def test_retry_after_is_kept_within_the_deadline(serve: Serve) -> None:
    soon = Reply(status=429, headers={"retry-after": "0.6"}, body=b"{}")
    server = serve(in_turn(soon, Reply("Well.")))
    start = time.monotonic()
    assert received(llm(server.base_url))[0] == "Well."
    assert time.monotonic() - start >= 0.6
    late = {"date": "Thu, 05 Aug 2021 12:00:00 GMT", "retry-after": "Thu, 05 Aug 2021 12:20:00 GMT"}
    for headers in ({"retry-after": "600"}, late):
        server = serve(in_turn(Reply(status=429, headers=headers, body=b"{}"), Reply("Well.")))
        start = time.monotonic()
        _, _, error = received(llm(server.base_url, timeout=500.0))
        assert isinstance(error, LlmBusyError)
        assert error.retry_after in (600.0, 1200.0)
        assert time.monotonic() - start < PATIENCE  # not even waited until the deadline
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply("Well.", stall_after=0),
        Reply("Well, yes.", stall_after=2),
        Reply("Well.", stall_after=0, drip=0.02),
        Reply("Well, yes.", stall_after=2, drip=0.02),
        Reply("Well, yes. " * 1_000, wait=0.05),
    ],
)
def test_the_deadline_limits_every_wait(serve: Serve, reply: Reply) -> None:
    """The servers would take minutes, or forever."""
    server = serve(in_turn(reply))
    start = time.monotonic()
    _, _, error = received(llm(server.base_url, timeout=0.4, max_tokens=10_000))
    assert isinstance(error, LlmTimeoutError)
    assert 0.4 <= time.monotonic() - start < PATIENCE
    for thread in threading.enumerate():
        if thread.name == "dateline-llm":
            thread.join(PATIENCE)
            assert not thread.is_alive(), "the thread that talks to the server lives on"


def test_after_a_stall_the_same_client_goes_on(serve: Serve) -> None:
    stalls = (Reply("Well, yes.", stall_after=2, drip=0.02), Reply("Well, yes.", stall_after=2))
    server = serve(in_turn(*stalls, Reply("Well.")))
    clock = Clock()
    model = llm(server.base_url, timeout=300.0, clock=clock)
    for _ in stalls:
        text, _, error = received(model, lambda: clock.skip(300.0))
        assert text == "Well"
        assert isinstance(error, LlmTimeoutError)
    assert received(model)[0] == "Well."


def test_a_stream_cut_in_the_middle_keeps_what_came(serve: Serve) -> None:
    for reply in (Reply("One two three.", cut_after=3), Reply("One two ", finish_reason=None)):
        server = serve(in_turn(reply))
        text, finish_reason, error = received(llm(server.base_url))
        assert (text, finish_reason) == ("One two ", None)
        assert isinstance(error, LlmBrokenOffError)
        assert len(server.requests) == 1  # what was received is not requested again


def test_a_completion_beyond_its_budget_is_cut(serve: Serve) -> None:
    server = serve(in_turn(Reply("word " * 100_000, piece=5)))
    text, finish_reason, error = received(llm(server.base_url))
    assert (text, finish_reason, error) == ("word " * 100, "budget", None)
    server = serve(in_turn(Reply("word " * 100_000, piece=5_000)))  # many tokens an event
    assert received(llm(server.base_url)) == ("", "budget", None)


def test_stopped_for_length(serve: Serve) -> None:
    server = serve(in_turn(Reply("One two", finish_reason="length")))
    assert received(llm(server.base_url)) == ("One two", "length", None)


def test_options_that_a_model_refuses_are_not_sent_again(serve: Serve) -> None:
    def choosy(request: dict[str, object]) -> Reply:
        for name in ("max_tokens", "temperature"):
            if name in request:
                return Reply(status=400, body=b'{"error": {"message": "no", "param": "%s"}}' % name.encode())
        return Reply("Well.")

    server = serve(choosy)
    model = llm(server.base_url)
    assert received(model) == ("Well.", "stop", None)
    assert server.requests[-1]["max_completion_tokens"] == 100
    assert received(model) == ("Well.", "stop", None)
    assert len(server.requests) == 4


def test_the_circuit_breaker_pauses_a_failing_server(serve: Serve) -> None:
    now = 0.0
    server = serve(in_turn(*[Reply(status=401, body=b"{}")] * 3, Reply("Well.")))
    model = llm(server.base_url, breaker=CircuitBreaker(lambda: now, failures=3, rest=30))
    for _ in range(3):
        assert isinstance(received(model)[2], LlmAccessError)
    assert isinstance(received(model)[2], LlmPausedError)
    assert len(server.requests) == 3
    now = 31.0
    assert received(model) == ("Well.", "stop", None)
    assert received(model) == ("Well.", "stop", None)


def test_a_request_that_is_refused_is_no_failure_of_the_server(serve: Serve) -> None:
    server = serve(in_turn(*[Reply(status=400, body=b"{}")] * 3, Reply("Well.")))
    model = llm(server.base_url, breaker=CircuitBreaker(lambda: 0.0, failures=3, rest=30))
    for _ in range(3):
        assert isinstance(received(model)[2], LlmRequestError)
    assert received(model) == ("Well.", "stop", None)


def test_reasoning_parts_are_removed(serve: Serve) -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "Who?"}]}, {"type": "text", "text": "Well."}]
    chunk = {"choices": [{"index": 0, "delta": {"content": parts}, "finish_reason": "stop"}]}
    body = f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode()
    server = serve(in_turn(Reply(body=body, headers={"content-type": "text/event-stream"})))
    assert received(llm(server.base_url)) == ("Well.", "stop", None)


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["a\ud83d", "\ude00b"], "a😀b"),
        (["\ud83d", "", "\ude00"], "😀"),
        (["\ud83d", "b"], "�b"),
        (["b\ude00"], "b�"),
        (["", "b"], "b"),
    ],
)
def test_halves_of_characters(pieces: list[str], text: str) -> None:
    assert "".join(whole_characters(pieces)) == text


def test_closing_early_is_no_failure(serve: Serve) -> None:
    bad, good = Reply(status=401, body=b"{}"), Reply("Well, yes.")
    server = serve(in_turn(bad, bad, good, bad, good))
    model = llm(server.base_url)
    for _ in range(2):
        assert isinstance(received(model)[2], LlmAccessError)
    pieces = iter(model.stream(PROMPT))
    assert next(pieces) == "Well"
    pieces.close()
    assert isinstance(received(model)[2], LlmAccessError)  # the first in a row
    assert received(model)[0] == "Well, yes."


def test_the_key_is_in_no_repr_and_no_message(serve: Serve) -> None:
    server = serve(in_turn(Reply(status=401, body=f"bad key {KEY}".encode())))
    model = llm(server.base_url)
    _, _, error = received(model)
    assert error is not None
    for text in (repr(model.server), repr(model), str(error), error.hint):
        assert KEY not in text


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("<think>\nIs it [1]? </think>\n\nIt is. <think>", "\n\nIt is. <think>"),
        ("\n<think></think>It is.", "It is."),
        ("<Thinking>İs it? </thinking>It is.", "It is."),
        ("<reasoning>Is it? </think></reasoning>It is.", "It is."),
        ("<thin ice", "<thin ice"),
        ("It <think>is</think>.", "It <think>is</think>."),
        ("<think>never ends", ""),
        (" <thi", " <thi"),
        ("", ""),
    ],
)
def test_reasoning_is_removed(completion: str, text: str) -> None:
    for size in (1, 3, 100):
        pieces = [completion[at : at + size] for at in range(0, len(completion), size)]
        assert "".join(without_thoughts(pieces)) == text


@pytest.mark.parametrize("reply", [Reply("It is.", stall_after=1), Reply("It is. " * 999, wait=0.1)])
def test_a_caller_can_stop_and_the_server_notices(serve: Serve, reply: Reply) -> None:
    """An empty piece comes regularly; closing the completion then closes the connection."""
    server = serve(in_turn(reply))
    pieces = iter(llm(server.base_url, timeout=3 * PATIENCE, max_tokens=10_000).stream(PROMPT))
    start = time.monotonic()
    assert "" in pieces
    assert TICK <= time.monotonic() - start < PATIENCE
    pieces.close()
    while not server.hung_up:
        assert time.monotonic() - start < 2 * PATIENCE
        time.sleep(0.01)


def test_its_connections_are_closed_with_it(serve: Serve) -> None:
    """A socket left to the garbage collector causes a warning, which fails this test or the next."""
    server = serve(in_turn(Reply(status=500, body=b"{}")))  # read to its end, the connection is kept for the next
    assert isinstance(received(llm(server.base_url))[2], LlmServerError)
    gc.collect()
