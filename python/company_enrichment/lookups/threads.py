"""The threads in which a worker asks its provider."""

from __future__ import annotations

import queue as queues
import threading
import time
from collections.abc import Callable

from company_enrichment.errors import LookupProviderError
from company_enrichment.lookups.providers.protocol import LookupProvider
from company_enrichment.records import LookupAnswer, LookupRequest


class ProviderThreads:
    """Threads that ask the provider, each with a provider of its own.

    They are daemons: one that hangs in a request does not keep the worker from its end.
    """

    def __init__(self, make_provider: Callable[[], LookupProvider], count: int) -> None:
        self._make_provider = make_provider
        self._requests: queues.SimpleQueue[tuple[LookupRequest, float]] = queues.SimpleQueue()
        self.results: queues.SimpleQueue[tuple[LookupRequest, LookupAnswer | Exception]] = queues.SimpleQueue()
        self.hurry = threading.Event()
        self._given_up: set[tuple[int, int]] = set()
        for _ in range(count):
            self._start_thread()

    def _start_thread(self) -> None:
        threading.Thread(target=self._ask_on, name="lookup", daemon=True).start()

    def ask(self, request: LookupRequest, starts_in: float) -> None:
        """Have one of the threads ask, at its time."""
        self._requests.put((request, time.monotonic() + starts_in))

    def give_up(self, request: LookupRequest) -> None:
        """Wait for the answer no longer: another thread takes the place of the one that hangs in it."""
        self._given_up.add((request.id, request.claim_number))
        self._start_thread()

    def _ask_on(self) -> None:
        provider: LookupProvider | None = None
        while True:
            request, start = self._requests.get()
            if self.hurry.wait(max(start - time.monotonic(), 0)):
                continue
            try:
                provider = provider or self._make_provider()
                result: LookupAnswer | Exception = provider.lookup(request.name)
            except Exception as error:
                result = error
                if not isinstance(error, LookupProviderError):
                    # Its connection may be gone; the next request gets a new one.
                    provider = None
            if (request.id, request.claim_number) in self._given_up:
                return
            self.results.put((request, result))
