from dateline.rag.generation.circuit_breaker import CircuitBreaker


def test_it_opens_after_failures_in_a_row_and_is_tried_after_a_rest() -> None:
    now = 100.0
    breaker = CircuitBreaker(lambda: now, failures=2, rest=10)
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    now = 109.9
    assert not breaker.allows()
    now = 110.0
    assert breaker.allows()
    assert not breaker.allows()  # one trial at a time
    breaker.failed()
    now = 119.9
    assert not breaker.allows()
    now = 120.0
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()
