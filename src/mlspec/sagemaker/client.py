"""Requests to SageMaker by `botocore`, and what its answers mean.

`botocore` is told to send each request once: it would send a create again that may have been
carried out. What may happen twice is repeated here, after anything else the caller looks first.
It builds and checks every request by the service model of SageMaker that it ships.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache, cached_property
from http import HTTPStatus
from importlib import import_module
from threading import RLock
from typing import TYPE_CHECKING, Final, Protocol

from mlspec.errors import (
    AbsentError,
    ExistsError,
    LostAnswerError,
    MissingExtraError,
    NotAllowedError,
    RefusedError,
    UsageError,
)
from mlspec.wire.crowd import THREADS
from mlspec.wire.pages import listed
from mlspec.wire.said import clock_ms, shown
from mlspec.wire.tries import repeated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from mlspec.errors import RegistryUnavailableError

__all__ = ["Client", "Sender", "connect"]

_TIMEOUT_SECONDS: Final = 30
_SERVER_ERROR = 500
_ABSENT_WORDS = ("does not exist", "not found", "cannot find", "could not find")
_EXISTS_WORDS = ("already exist",)
_UNKNOWN = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_UNANSWERED = frozenset(
    {
        "RequestTimeout",
        "RequestTimeoutException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_ABSENT = frozenset({"ResourceNotFound", "ResourceNotFoundException"})
_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


class Sender(Protocol):
    """What sends requests: a client of `botocore`, which has a method for every operation."""

    def __getattr__(self, name: str) -> Callable[..., dict[str, object]]: ...


def connect(region: str | None, variables: Mapping[str, str]) -> Callable[[], Sender]:
    """Return what makes a client of `botocore`, when something is to be sent.

    Without a region, it is that of the environment or of the profile. Credentials are found as
    every tool for AWS finds them, and go to no host that a spec names: `AWS_ENDPOINT_URL` and
    `AWS_ENDPOINT_URL_SAGEMAKER` are read, and a workspace has no word for an address.

    Raises (the returned one):
        MissingExtraError: `botocore` is not installed.
        UsageError: there is no region.
    """
    chosen = region or variables.get("AWS_REGION") or None

    def made() -> Sender:
        session = _botocore("session").get_session()
        session.register_component("data_loader", _loader())
        settings = _botocore("config").Config(
            connect_timeout=_TIMEOUT_SECONDS,
            read_timeout=_TIMEOUT_SECONDS,
            max_pool_connections=THREADS,
            retries={"total_max_attempts": 1},
        )
        try:
            sender: Sender = session.create_client("sagemaker", chosen, config=settings)
        except (_botocore("exceptions").BotoCoreError, ValueError) as error:
            raise UsageError(
                f"SageMaker can't be asked: {shown(error)}",
                hint="set `registry.sagemaker.region` in `mlspec.yaml`, or `AWS_REGION`",
            ) from error
        return sender

    return made


@cache
def _loader() -> object:
    """Return what reads the files of `botocore`: the model of SageMaker takes a second."""
    return _botocore("loaders").create_loader()


def _botocore(module: str) -> ModuleType:
    """Return a module of `botocore`, which publishes no types.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module(f"botocore.{module}")
    except ImportError as error:
        raise MissingExtraError(
            "SageMaker is asked by the package `botocore`, which is not installed",
            hint="run `pip install 'mlspec-compiler[sagemaker]'`",
        ) from error


@dataclass
class Client:
    """SageMaker's registry of one account and region. It can be used by several threads.

    `pause` waits so many seconds between two tries. `requests` counts what was sent, `server_ms`
    is the clock of the server at its latest answer, in ms since 1970 and full seconds; 0 before
    the first one.
    """

    make: Callable[[], Sender]
    pause: Callable[[float], None] = time.sleep
    requests: int = 0
    server_ms: int = 0
    _lock: RLock = field(default_factory=RLock, init=False, repr=False)

    @cached_property
    def sender(self) -> Sender:
        """The client of `botocore`; made by the first request."""
        return self.make()

    @property
    def place(self) -> str:
        """Where it is, for people: region and address."""
        meta = getattr(self.sender, "meta", None)
        return f"{getattr(meta, 'region_name', '')}, {getattr(meta, 'endpoint_url', '')}"

    def repeat(self, operation: str, **told: object) -> dict[str, object]:
        """Ask what may be asked twice with the same end, until an answer comes.

        Raises:
            AbsentError, ExistsError, LostAnswerError, NotAllowedError, RefusedError: what the
                answer means.
        """
        return repeated(self.pause, lambda: self.once(operation, **told))

    def once(self, operation: str, **told: object) -> dict[str, object]:
        """Send one request, once; the errors are those of `repeat`."""
        with self._lock:
            ask = getattr(self.sender, operation)
            self.requests += 1
        errors = _botocore("exceptions")
        try:
            answer: dict[str, object] = ask(**told)
        except errors.ClientError as error:
            self._note_time(error.response)
            raise _failure(operation, error.response) from error
        except errors.BotoCoreError as error:
            raise _unsent(operation, error, errors) from error
        self._note_time(answer)
        return answer

    def listed(self, operation: str, key: str, **told: object) -> Iterator[Mapping[str, object]]:
        """Yield the entries of all pages of an answer.

        Raises:
            RefusedError: a page leads to itself, or the errors of `repeat`.
        """

        def page(token: str) -> dict[str, object]:
            return self.repeat(operation, **told, **({"NextToken": token} if token else {}))

        entries = listed(page, key, "NextToken", f"`{operation}` of SageMaker")
        return (each for each in entries if isinstance(each, dict))

    def _note_time(self, answer: Mapping[str, object]) -> None:
        headers = _mapping(_mapping(answer.get("ResponseMetadata")).get("HTTPHeaders"))
        self.server_ms = clock_ms(str(headers.get("date", ""))) or self.server_ms


def _failure(operation: str, answer: Mapping[str, object]) -> RegistryUnavailableError:
    """Return what an answer means that is an error."""
    told, about = _mapping(answer.get("Error")), _mapping(answer.get("ResponseMetadata"))
    code, message = str(told.get("Code", "")), str(told.get("Message", ""))
    status = int(str(about.get("HTTPStatusCode") or 0))
    if code in _UNKNOWN | _DENIED or status == HTTPStatus.FORBIDDEN:
        return _not_allowed(operation, code)
    said = f"SageMaker answers `{shown(code)}` to `{operation}`: {shown(message)}"
    if code in _UNANSWERED or status >= _SERVER_ERROR:
        return LostAnswerError(said, hint="run the same command again in a while")
    return _refusal(code, message, said)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _not_allowed(operation: str, code: str) -> NotAllowedError:
    if code in _UNKNOWN:
        return NotAllowedError(
            f"SageMaker does not know who asks (`{code}`)",
            hint="see which credentials `aws sts get-caller-identity` finds here",
        )
    return NotAllowedError(
        f"SageMaker does not let this user do `{operation}`",
        hint="to plan needs `sagemaker:Describe*`, `List*` and `ListTags`; to apply also"
        " `Create*`, `Update*` and `Delete*` of model packages and groups, and their tags",
    )


def _refusal(code: str, message: str, said: str) -> RefusedError:
    """Return why a request was refused; AWS says by words alone that something is not there."""
    words = message.lower()
    if code in _ABSENT or any(each in words for each in _ABSENT_WORDS):
        return AbsentError(said)
    if any(each in words for each in _EXISTS_WORDS):
        return ExistsError(said)
    return RefusedError(said)


def _unsent(operation: str, error: Exception, errors: ModuleType) -> RegistryUnavailableError:
    """Return what an error of `botocore` itself means."""
    if isinstance(error, errors.ParamValidationError):
        return RefusedError(f"`{operation}` can't be asked of SageMaker: {shown(error)}")
    if isinstance(error, errors.HTTPClientError | errors.ConnectionError):
        return LostAnswerError(
            f"SageMaker does not answer: {shown(error)}",
            hint="see whether it is reached from here, and run the command again",
        )
    return NotAllowedError(
        f"SageMaker can't be asked: {shown(error)}",
        hint="give credentials as for every tool for AWS, such as `AWS_PROFILE`",
    )
