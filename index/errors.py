"""The error tree of Dateline. Every room raises these; api/ turns them into exit codes and problem+json.

    DatelineError                what the caller can be told, with a hint on what to do
    ├── InputError               what came in can't be used
    │   ├── QuestionError        a question or its filters
    │   └── ArticleError         a file or record that is no article; carries where
    ├── NotFoundError            no such article, answer, archive or file
    ├── KeyNeededError           no key, or one that is not known or was revoked
    ├── ForbiddenError           what the key, or the page that asks, has no right to
    ├── TooManyRequestsError     more requests than the limit allows; carries when to come again
    ├── SlowError                a request took longer than it may
    ├── GoneError                what was there is there no more
    │   └── PurgedError          an article that was purged; carries its tombstone
    ├── ConflictError            the request contradicts what is stored (another encoder, a used id)
    │   ├── InFlightError        the same request is still being worked on
    │   └── NotKeptError         this Dateline keeps no questions and answers
    ├── ReusedKeyError           an idempotency key that another request came with
    ├── BusyError                another process is writing; try again
    │   └── OverloadedError      more is asked for at once than can be answered
    ├── StorageError             the disk is full or refuses
    ├── ArchiveVersionError      an archive that a newer Dateline wrote
    ├── EncoderError             an encoder that can't be loaded or read
    ├── ReaderError              a reader that can't be loaded or converted
    ├── SupportError             the support check's model is missing or damaged
    ├── RemoteError              a server that was asked does not answer as it should
    │   └── FetchError           an address can't be fetched now; carries when to try again
    │       ├── FetchRefusedError  an address that is not fetched: private, forbidden by robots.txt, too large
    │       └── FetchGoneError     the server says that there is nothing at this address (404, 410)
    └── LlmError                 the language model's server fails; the reader's answer stands in
        ├── LlmUnreachableError  no connection: refused, no such host, broken before it answered
        ├── LlmAccessError       the key is missing, wrong or without rights
        ├── LlmRequestError      it refuses the request as such: no such model, an option it doesn't know
        ├── LlmBusyError         too many requests
        ├── LlmServerError       it fails inside
        ├── LlmTimeoutError      it takes longer than the deadline
        ├── LlmProtocolError     what it sends is no completion
        ├── LlmBrokenOffError    the completion ends in the middle
        ├── LlmStartError        a model on this machine can't be started
        └── LlmPausedError       it has failed so often that it is left alone for a while

It knows nothing of HTTP beyond the number that each class carries, and nothing of exit codes beyond the same.
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
    """What came in can't be used as it is."""

    status = 422
    exit_code = 2
    title = "The input can't be used"


class QuestionError(InputError):
    """A question or its filters can't be used."""

    title = "The question can't be used"


class ArticleError(InputError):
    """A file or a record in it is no article that can be read."""

    title = "The article can't be read"


class NotFoundError(DatelineError):
    """What was named does not exist."""

    status = 404
    exit_code = 3
    title = "Not found"


class KeyNeededError(DatelineError):
    """No API key came with the request, or one that is not known, or that was revoked: it is not said which."""

    status = 401
    title = "A key is needed"


class ForbiddenError(DatelineError):
    """The caller has no right to this."""

    status = 403
    title = "Not allowed"


class TooManyRequestsError(DatelineError):
    """More requests than the limit allows. `retry_after`: seconds until the next one may come."""

    status = 429
    retryable = True
    title = "Too many requests"

    def __init__(self, message: str, *, hint: str = "", retry_after: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class SlowError(DatelineError):
    """A request took longer than it may."""

    status = 504
    retryable = True
    title = "It took too long"


class GoneError(DatelineError):
    """What was there is there no more, and won't come back."""

    status = 410
    exit_code = 3
    title = "Gone"


class PurgedError(GoneError):
    """The article was purged: its words are nowhere any more. What remains is its tombstone: id, when, and why."""

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
    """The same request came before and is still being worked on."""

    retryable = True
    title = "The same request is still being worked on"


class NotKeptError(ConflictError):
    """This Dateline is set to keep no questions and answers."""

    title = "Nothing is kept here"


class ReusedKeyError(DatelineError):
    """Another request came with this idempotency key."""

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
    """More is asked for at once than can be answered, and enough wait already."""

    title = "Too much at once"


class StorageError(DatelineError):
    """The disk is full, or refuses to be written or read."""

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
    """A server that was asked, e.g. another Dateline or a judge, does not answer as it should."""

    status = 502
    exit_code = 10
    retryable = True
    title = "A server does not answer"


class FetchError(RemoteError):
    """An address can't be fetched now. `retry_after`: seconds that its server asks to wait, None if it doesn't say."""

    title = "The address can't be fetched"

    def __init__(
        self, message: str, *, hint: str = "", retry_after: float | None = None, answered: int | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
        self.answered = answered
        """The HTTP status that its server answered with; None: it didn't."""


class FetchRefusedError(FetchError):
    """What is at the address is not fetched: a private address, forbidden by robots.txt, too large."""

    retryable = False
    title = "The address is not fetched"


class FetchGoneError(FetchError):
    """The server says that there is nothing at this address; `answered` is 404, or 410: it won't come back."""

    retryable = False
    title = "There is nothing at the address"


class LlmError(DatelineError):
    """The language model's server doesn't do what it should.

    `message` is short and in Dateline's own words, for receipts; it never holds what the server wrote.
    """

    status = 502
    exit_code = 10
    title = "The language model fails"


class LlmUnreachableError(LlmError):
    """No connection, or one that broke before anything was answered."""

    retryable = True
    title = "The language model can't be reached"


class LlmAccessError(LlmError):
    """The key is missing, wrong or has no rights."""

    title = "The language model refuses the key"


class LlmRequestError(LlmError):
    """The server refuses the request as such."""

    title = "The language model refuses the request"


class LlmBusyError(LlmError):
    """Too many requests. `retry_after`: seconds that the server asks to wait, None if it doesn't say."""

    status = 503
    retryable = True
    title = "The language model is busy"

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class LlmServerError(LlmError):
    """The server fails inside."""

    retryable = True
    title = "The language model's server fails"


class LlmTimeoutError(LlmError):
    """The completion takes longer than the deadline."""

    status = 504
    title = "The language model is too slow"


class LlmProtocolError(LlmError):
    """What the server sends is no completion."""

    title = "The language model's server speaks another protocol"


class LlmBrokenOffError(LlmError):
    """The completion ends in the middle."""

    title = "The completion broke off"


class LlmStartError(LlmError):
    """The process of a model on this machine can't be started."""

    title = "The local language model can't be started"


class LlmPausedError(LlmError):
    """The server has failed so often that it is left alone for a while."""

    status = 503
    title = "The language model is left alone for a while"
