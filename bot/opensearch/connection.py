"""Requests to a cluster: each has a time limit, goes to another node when one is gone, and never puts what it holds into a log or an error."""

import logging
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.errors import EngineError
from bot.named import NamedTuple
from bot.opensearch.layout import line
from bot.settings import Secret

QUESTION_SECONDS, LOADING_SECONDS = 3.0, 120.0
"""Seconds that one node gets before another is asked, for a question and for loading."""

TRIES = 3
"""Nodes that are asked again after the first, each once."""

MOMENTS = (0.25, 0.5, 1.0, 2.0)
"""Seconds before a search that met what passes is asked anew: a cluster that lost its manager needs a few to choose another."""

BUSY = (429, 502, 503, 504)
"""Statuses of a node that may well answer later, or whose neighbour may."""

NOT_FOUND, BROKEN_OFF = 404, 500

# A shard that does not answer must not look like passages that are not there; and a node that has a copy need not ask another.
_WHOLE = {"allow_partial_search_results": "false", "request_cache": "false", "preference": "_local"}
_HEADER = '{"allow_partial_search_results":false,"request_cache":false,"preference":"_local"}'

_KIND = re.compile(r"[a-z_]{1,80}")


class Address(NamedTuple):
    """Where a cluster is, and how to get in.

    Attributes:
        urls: of the nodes.
        user, password: both empty where the cluster asks for none.
        authority: a file with the certificates to trust; None for those of the system.
        name: under which one municipality's knowledge stands in the cluster.
    """

    urls: Sequence[str]
    user: str
    password: Secret
    authority: Path | None
    name: str


class Missing(Exception):  # noqa: N818 - no error of a user's: what asks decides what it means
    """What was asked for is not in the cluster."""


class Conflict(Exception):  # noqa: N818 - no error of a user's: what asks decides what it means
    """Someone else was first."""


class _PassingError(EngineError):
    """A node went away in the middle of an answer, or can't answer now: a moment later the others know, and do better."""


class Cluster:
    """A cluster.

    Args:
        address: where it is.
        seconds: how long a node may take for an answer to a question.

    Attributes:
        trips: how many requests were made for questions.

    Raises:
        EngineError: the client library is not installed, or can't use this address.
    """

    def __init__(self, address: Address, seconds: float = QUESTION_SECONDS) -> None:
        try:
            # Imported here: who has no cluster has no such library.
            from opensearchpy import OpenSearch
        except ImportError:
            raise EngineError("engine.not_installed") from None
        for name in ("opensearch", "opensearchpy.trace"):
            # The client would write down requests, and those hold what people ask.
            logging.getLogger(name).disabled = True
        self.address, self.trips = address, 0
        self._seconds = seconds
        try:
            self._client = OpenSearch(
                hosts=list(address.urls), http_auth=(address.user, str(address.password)) if address.user else None, verify_certs=True,
                timeout=seconds, max_retries=TRIES, retry_on_timeout=True, retry_on_status=BUSY, maxsize=16, http_compress=False,
                ca_certs=str(address.authority) if address.authority else None,
            )  # fmt: skip
        except (ValueError, OSError) as error:
            raise EngineError("engine.unusable", why=type(error).__name__) from None

    def search(self, index: str, bodies: Sequence[Mapping[str, Any]]) -> list[Sequence[Any]]:
        """Searches that a question waits for, all in one request; it is counted.

        Returns:
            The hits of each.

        Raises:
            EngineError: no node answers, or not all of the index does.
        """
        for moment in MOMENTS:
            self.trips += 1
            # A node that dies between finding passages and giving them can't be asked for its part any more: all is found anew.
            with suppress(_PassingError):
                return self._search(index, bodies)
            time.sleep(moment)
        self.trips += 1
        return self._search(index, bodies)

    def _search(self, index: str, bodies: Sequence[Mapping[str, Any]]) -> list[Sequence[Any]]:
        try:
            if len(bodies) == 1:
                answers = [self.ask("POST", f"/{index}/_search", bodies[0], seconds=self._seconds, **_WHOLE)]
            else:
                lines = "".join(f"{_HEADER}\n{line(body)}\n" for body in bodies)
                answers = self.ask("POST", f"/{index}/_msearch", lines, seconds=self._seconds)["responses"]
        except Missing:
            raise EngineError("engine.moved_on") from None
        # Of several searches each fails by itself, and the client has no eye for that.
        statuses = {int(answer.get("status", BROKEN_OFF)) for answer in answers if "error" in answer}
        if NOT_FOUND in statuses:
            raise EngineError("engine.moved_on")
        if statuses - {BROKEN_OFF, *BUSY}:
            raise EngineError("engine.fault", why=str(max(statuses)))
        if statuses:
            raise _PassingError("engine.fault", why=str(max(statuses)))
        return [answer["hits"]["hits"] for answer in answers]

    def ask(self, method: str, path: str, body: Any = None, seconds: float = LOADING_SECONDS, **options: str) -> Any:
        """Any request.

        Args:
            method, path: as the cluster's API has them.
            body: JSON, or lines of it.
            seconds: the time limit for one node.
            options: parameters of the address.

        Returns:
            The answer, read as JSON.

        Raises:
            EngineError: no node answers, or not as it should.
            Missing, Conflict: see there.
        """
        from opensearchpy import exceptions

        try:
            return self._client.transport.perform_request(method, path, params={**options, "request_timeout": seconds}, body=body)
        except exceptions.NotFoundError:
            raise Missing from None
        except exceptions.ConflictError:
            raise Conflict from None
        except (exceptions.AuthenticationException, exceptions.AuthorizationException):
            raise EngineError("engine.refused") from None
        except exceptions.SSLError:
            raise EngineError("engine.certificate") from None
        except exceptions.ConnectionTimeout:
            raise EngineError("engine.slow") from None
        except exceptions.ConnectionError:
            raise EngineError("engine.unreachable") from None
        except exceptions.TransportError as error:
            # What the cluster says of it may hold documents or a question: its kind and number are enough.
            kind = error.error if isinstance(error.error, str) and _KIND.fullmatch(error.error) else "-"
            if error.status_code == BROKEN_OFF:
                raise _PassingError("engine.fault", why=f"{error.status_code} {kind}") from None
            if error.status_code in BUSY:
                raise _PassingError("engine.busy", why=f"{error.status_code} {kind}") from None
            raise EngineError("engine.fault", why=f"{error.status_code} {kind}") from None
        except exceptions.OpenSearchException as error:
            raise EngineError("engine.fault", why=type(error).__name__) from None

    def close(self) -> None:
        """Let go of all connections."""
        self._client.close()
