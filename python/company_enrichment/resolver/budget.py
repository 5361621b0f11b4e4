"""How many names may be looked up while records wait for their company id."""

from __future__ import annotations

import threading


class LookupBudget:
    """A number of names that may be asked of a provider, by one call or by all calls of a run that share it.

    A unit is one name asked. It is taken before the request, also when the request fails: consumed and remaining add up
    to the limit, always. May be shared by threads.

    Args:
        limit: names; 0 is none. ValueError when it is negative.

    """

    def __init__(self, limit: int) -> None:
        if limit < 0:
            raise ValueError(f"sync_lookup_budget is {limit}; it must be 0 or more")
        self.limit = limit
        self._remaining = limit
        self._lock = threading.Lock()

    @property
    def remaining(self) -> int:
        """Names that may still be asked."""
        return self._remaining

    @property
    def consumed(self) -> int:
        """Names that were asked."""
        return self.limit - self._remaining

    def take(self) -> bool:
        """Take a unit; False, with nothing taken, when none is left."""
        with self._lock:
            if self._remaining == 0:
                return False
            self._remaining -= 1
            return True

    def __repr__(self) -> str:
        return f"LookupBudget({self.limit}, consumed={self.consumed})"
