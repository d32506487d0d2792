"""The error tree of Dateline. Every room raises these; api/ turns them into exit codes and problem+json.

    DatelineError                what a caller is told, with a hint on what to do
    ├── InputError               the input can't be used
    │   ├── QuestionError        a question or its filters
    │   └── ArticleError         a file or record that is not an article
    ├── NotFoundError            no such article, answer, archive or file
    ├── KeyNeededError           no key, or one that is unknown or revoked
    ├── ForbiddenError           the key, or the origin of a page, does not permit it
    ├── TooManyRequestsError     the rate limit is exceeded; carries when to retry
    ├── SlowError                the request timed out
    ├── GoneError                what was there was removed for good
    │   └── PurgedError          an article that was purged; carries its tombstone
    ├── ConflictError            the request contradicts what is stored (another encoder, a used id)
    │   ├── InFlightError        the same request is still being worked on
    │   └── NotKeptError         questions and answers are not stored
    ├── ReusedKeyError           an idempotency key that another request has used
    ├── BusyError                another process is writing; try again
    │   └── OverloadedError      too many requests at once
    ├── StorageError             the disk is full or fails
    ├── ArchiveVersionError      an archive that a newer Dateline wrote
    ├── EncoderError             an encoder that can't be loaded or read
    ├── ReaderError              a reader that can't be loaded or converted
    ├── SupportError             the support check's model is missing or damaged
    ├── RemoteError              another server does not answer as expected
    │   └── FetchError           an address can't be fetched now; carries when to retry
    │       ├── FetchRefusedError  an address that is not fetched: private, forbidden by robots.txt, too large
    │       └── FetchGoneError     nothing is at this address (404, 410)
    └── LlmError                 the language model fails; the reader answers instead
        ├── LlmUnreachableError  no connection: refused, no such host, broken before it answered
        ├── LlmAccessError       the key is missing, wrong or not permitted
        ├── LlmRequestError      it refuses the request: unknown model or option
        ├── LlmBusyError         too many requests
        ├── LlmServerError       a server error
        ├── LlmTimeoutError      the deadline has passed
        ├── LlmProtocolError     the response is not a completion
        ├── LlmBrokenOffError    the completion breaks off
        ├── LlmStartError        a model on this machine can't be started
        └── LlmPausedError       the circuit breaker is open after repeated failures

Each class carries its HTTP status and exit code; nothing else of HTTP or the command line is known here.
"""

from __future__ import annotations

from typing import ClassVar


class DatelineError(Exception):
    """Base of all errors that a user may see.

    `message` says what is wrong and where, `hint` what to do about it; neither holds a stack trace.
    """

    status: ClassVar[int] = 500
    """HTTP status."""
    exit_code: ClassVar[int] = 1
    """Exit code of the command line."""
    retryable: ClassVar[bool] = False
    """Whether the same call may succeed later."""
    title: ClassVar[str] = "Dateline could not do this"
    """Short, constant name of the kind of problem."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(DatelineError):
    """The input can't be used."""

    status = 422
    exit_code = 2
    title = "The input can't be used"


class QuestionError(InputError):
    """A question or its filters can't be used."""

    title = "The question can't be used"


class ArticleError(InputError):
    """A file, or a record in it, can't be read as an article."""

    title = "The article can't be read"


class NotFoundError(DatelineError):
    """What was named does not exist."""

    status = 404
    exit_code = 3
    title = "Not found"


class KeyNeededError(DatelineError):
    """The request has no API key, or one that is unknown or revoked; the error does not say which."""

    status = 401
    title = "A key is needed"


class ForbiddenError(DatelineError):
    """The caller is not permitted to do this."""

    status = 403
    title = "Not allowed"


class TooManyRequestsError(DatelineError):
    """The rate limit is exceeded. `retry_after`: seconds until the next request may be sent."""

    status = 429
    retryable = True
    title = "Too many requests"

    def __init__(self, message: str, *, hint: str = "", retry_after: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class SlowError(DatelineError):
    """The request timed out."""

    status = 504
    retryable = True
    title = "It took too long"


class GoneError(DatelineError):
    """What was there was removed for good."""

    status = 410
    exit_code = 3
    title = "Gone"


class PurgedError(GoneError):
    """The article was purged: its text is erased. Its tombstone remains: id, when, and why."""

    title = "The article was purged"

    def __init__(
        self, message: str, *, hint: str = "", article_id: str = "", purged: str = "", reason: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.article_id = article_id
        self.purged = purged
        """ISO 8601."""
        self.reason = reason


class ConflictError(DatelineError):
    """The request contradicts what the archive holds."""

    status = 409
    exit_code = 4
    title = "Conflict with the archive"


class InFlightError(ConflictError):
    """The same request was sent before and is still in progress."""

    retryable = True
    title = "The same request is still being worked on"


class NotKeptError(ConflictError):
    """Questions and answers are not stored, by the settings."""

    title = "Nothing is kept here"


class ReusedKeyError(DatelineError):
    """Another request has used this idempotency key."""

    status = 422
    exit_code = 2
    title = "The idempotency key was used for another request"


class BusyError(DatelineError):
    """Another process is writing to the archive."""

    status = 503
    exit_code = 5
    retryable = True
    title = "The archive is busy"


class OverloadedError(BusyError):
    """Too many requests at once; the queue is full."""

    title = "Too much at once"


class StorageError(DatelineError):
    """The disk is full, or can't be written or read."""

    status = 507
    exit_code = 6
    title = "Storage failed"


class ArchiveVersionError(DatelineError):
    """A newer version of Dateline has written this archive."""

    status = 500
    exit_code = 7
    title = "The archive is newer than this Dateline"


class EncoderError(DatelineError):
    """The encoder's model is missing, damaged or of an unknown shape."""

    status = 500
    exit_code = 8
    title = "The encoder can't be loaded"


class ReaderError(DatelineError):
    """The reader's model is missing, damaged or of an unknown shape."""

    status = 500
    exit_code = 9
    title = "The reader can't be loaded"


class SupportError(DatelineError):
    """The support check's model is missing or damaged."""

    status = 500
    exit_code = 9
    title = "The support check can't be loaded"


class RemoteError(DatelineError):
    """Another server, e.g. another Dateline or a judge, does not answer as expected."""

    status = 502
    exit_code = 10
    retryable = True
    title = "A server does not answer"


class FetchError(RemoteError):
    """An address can't be fetched now. `retry_after`: seconds that its server asks to wait, or None."""

    title = "The address can't be fetched"

    def __init__(
        self, message: str, *, hint: str = "", retry_after: float | None = None, answered: int | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
        self.answered = answered
        """HTTP status of the response; None: there was none."""


class FetchRefusedError(FetchError):
    """The address is not fetched: private, forbidden by robots.txt, or too large."""

    retryable = False
    title = "The address is not fetched"


class FetchGoneError(FetchError):
    """Nothing is at this address: `answered` is 404, or 410 for good."""

    retryable = False
    title = "There is nothing at the address"


class LlmError(DatelineError):
    """The language model can't be used.

    `message` is short and in Dateline's own words, for receipts; it never holds what the server wrote.
    """

    status = 502
    exit_code = 10
    title = "The language model fails"


class LlmUnreachableError(LlmError):
    """No connection, or one that broke before a response."""

    retryable = True
    title = "The language model can't be reached"


class LlmAccessError(LlmError):
    """The key is missing, wrong or not permitted."""

    title = "The language model refuses the key"


class LlmRequestError(LlmError):
    """The server refuses the request."""

    title = "The language model refuses the request"


class LlmBusyError(LlmError):
    """Too many requests. `retry_after`: seconds that the server asks to wait, or None."""

    status = 503
    retryable = True
    title = "The language model is busy"

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class LlmServerError(LlmError):
    """The server reports an internal error."""

    retryable = True
    title = "The language model's server fails"


class LlmTimeoutError(LlmError):
    """The deadline has passed."""

    status = 504
    title = "The language model is too slow"


class LlmProtocolError(LlmError):
    """The response is not a completion."""

    title = "The language model's server speaks another protocol"


class LlmBrokenOffError(LlmError):
    """The completion breaks off."""

    title = "The completion broke off"


class LlmStartError(LlmError):
    """The process of a model on this machine can't be started."""

    title = "The local language model can't be started"


class LlmPausedError(LlmError):
    """The circuit breaker is open after repeated failures."""

    status = 503
    title = "The language model is left alone for a while"
