"""EWS response codes to our error kinds: three tables; a code in none of them is the item's own matter."""

from __future__ import annotations

import requests
from exchangelib import errors
from oauthlib.oauth2 import OAuth2Error

from loketbus.errors import Denied, Outcome, Unavailable
from services.mail_ingest.remote._ews_http import BodyTooLargeError

_BUSY = (
    errors.ErrorConnectionFailed,
    errors.ErrorConnectionFailedTransientError,
    errors.ErrorExceededConnectionCount,
    errors.ErrorInsufficientResources,
    errors.ErrorInternalServerTransientError,
    errors.ErrorMailboxFailover,
    errors.ErrorMailboxMoveInProgress,
    errors.ErrorMailboxStoreUnavailable,
    errors.ErrorNoRespondingCASInDestinationSite,
    errors.ErrorNotEnoughMemory,
    errors.ErrorServerBusy,
    # Also what exchangelib makes of refused, reset and timed-out connections.
    errors.ErrorTimeoutExpired,
    errors.ErrorTooManyObjectsOpened,
    errors.RateLimitError,
    errors.RedirectError,
    OAuth2Error,
    requests.RequestException,
)
_DENIED = (
    errors.ErrorAccountDisabled,
    errors.ErrorImpersonateUserDenied,
    errors.ErrorImpersonationDenied,
    errors.ErrorImpersonationFailed,
    errors.ErrorNonExistentMailbox,
    errors.ErrorPasswordExpired,
    errors.UnauthorizedError,
)
_GONE = (errors.ErrorItemNotFound, errors.ErrorInvalidIdMalformed)
_LASTING = (
    errors.ErrorAccessDenied,
    errors.ErrorContentConversionFailed,
    errors.ErrorCorruptData,
    errors.ErrorItemCorrupt,
    errors.ErrorMessageSizeExceeded,
    errors.ErrorMimeContentConversionFailed,
    BodyTooLargeError,
)
TOO_MANY_QUESTIONS = frozenset({"ews_http_429", "ews_token_429"})
# exchangelib stumbles over answers that it did not foresee.
_STUMBLES = (AttributeError, KeyError, IndexError, TypeError, ValueError, AssertionError)
LIBRARY_ERRORS = (errors.EWSError, requests.RequestException, OAuth2Error, BodyTooLargeError, *_STUMBLES)


def of_server(error: Exception) -> Outcome | None:
    """What `error` says about the server or our rights; None when it may be one item's fault."""
    if isinstance(error, Outcome):
        return error
    if isinstance(error, _DENIED):
        message = "De mailserver weigert toegang tot het postvak: kijk gebruiker, wachtwoord en rechten na."
        return Denied("ews_denied", message, detail=code_of(error))
    if isinstance(error, _BUSY):
        asked = error.back_off if isinstance(error, errors.ErrorServerBusy) else None
        message = "De mailserver is niet bereikbaar of te druk."
        return Unavailable("ews_unavailable", message, detail=code_of(error), retry_after_seconds=asked)
    return None


def may_be_one_item(outcome: Outcome) -> bool:
    """Can one item be behind it? A mail that the server breaks off at, or has no memory for, looks like an outage.

    Never when the server said to come back later, or refused us: asking on would only make that worse.
    """
    asked_to_wait = isinstance(outcome, Unavailable) and outcome.retry_after_seconds is not None
    return isinstance(outcome, Unavailable) and not asked_to_wait and outcome.code not in TOO_MANY_QUESTIONS


def of_call(error: Exception) -> Outcome:
    """What `error` says when the call was about no single item."""
    known = of_server(error)
    if known is not None:
        return known
    if isinstance(error, errors.ErrorAccessDenied | errors.ErrorFolderNotFound):
        message = "De map van het postvak bestaat niet, of de gebruiker mag ze niet lezen."
        return Denied("ews_folder_denied", message, detail=code_of(error))
    message = "De mailserver gaf een antwoord dat niet te lezen is."
    return Unavailable("ews_unexpected_answer", message, detail=code_of(error))


def code_of(error: Exception) -> str:
    """A stable code without any text of the server, which can name people."""
    if isinstance(error, Outcome):
        return error.code
    return "too_large" if isinstance(error, BodyTooLargeError) else type(error).__name__


def is_gone(error: Exception) -> bool:
    """A missing item is no fault (17: a full sync may list items that do not exist)."""
    return isinstance(error, _GONE)


def is_lasting(error: Exception) -> bool:
    """Trying again cannot help."""
    return isinstance(error, _LASTING)
