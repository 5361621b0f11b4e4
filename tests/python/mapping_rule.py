"""The rule of mapping loads, written a second time and row by row, to hold the database's against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

State = dict[str, tuple[str, str]]
"""What is in force: alias -> (company, source)."""


@dataclass
class Load:
    """A load as it is landed; a row is (alias, company), an undo has none."""

    load_id: str
    source: str
    mode: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    undoes: str | None = None


class Reference:
    """The rule, as plainly as it can be said, over the loads themselves.

    An undone load is as if it had never come: what is in force is found by taking all loads that stand once more.
    Sources named in priority come first, in that order; others are equals.
    """

    def __init__(self, priority: Sequence[str] = ()) -> None:
        self.priority = list(priority)
        self.taken: list[tuple[Load, bool]] = []
        """Each load, and whether its rows count: those of a load that was undone before it was decided never do."""
        self.claims: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)

    def in_force(self, alias: str) -> tuple[str, str] | None:
        claims = self.claims[alias]
        if not claims:
            return None
        source = min(claims, key=lambda name: (self._place(name), -claims[name][1], name))
        return claims[source][0], source

    def state(self) -> State:
        found = {alias: self.in_force(alias) for alias in self.claims}
        return {alias: known for alias, known in found.items() if known is not None}

    def stands(self, load_id: str) -> bool:
        undos = [load.load_id for load, _ in self.taken if load.undoes == load_id]
        return not any(self.stands(undo) for undo in undos)

    def take(self, load: Load) -> list[str]:
        """Decide one load; returns the outcomes of its rows."""
        counts = self.stands(load.load_id)
        self.taken.append((load, counts))
        if load.undoes is not None:
            self.claims.clear()
            for number, (earlier, counted) in enumerate(self.taken):
                if counted and earlier.undoes is None and self.stands(earlier.load_id):
                    self._apply(earlier, number)
            return []
        return self._apply(load, len(self.taken) - 1) if counts else ["rejected" for _ in load.rows]

    def _place(self, source: str) -> int:
        return self.priority.index(source) if source in self.priority else len(self.priority)

    def _apply(self, load: Load, number: int) -> list[str]:
        outcomes = []
        seen: set[str] = set()
        for alias, company in load.rows:
            if not company:
                outcomes.append("rejected")
                continue
            before = self.in_force(alias)
            if alias not in seen:
                self._claim(load, number, alias, company)
            seen.add(alias)
            if before is None:
                outcomes.append("inserted")
            elif before[0] == company:
                outcomes.append("unchanged")
            elif self.in_force(alias) == (company, load.source):
                outcomes.append("updated")
            else:
                outcomes.append("conflict")
        if load.mode == "replace_source":
            listed = {alias for alias, _ in load.rows}
            for alias, claims in self.claims.items():
                if alias not in listed:
                    claims.pop(load.source, None)
        return outcomes

    def _claim(self, load: Load, number: int, alias: str, company: str) -> None:
        own = self.claims[alias].get(load.source)
        known = self.in_force(alias)
        if load.mode == "append" and known is not None and (own is not None or known[0] != company):
            return
        if load.mode == "delete_insert" or own is None or own[0] != company:
            self.claims[alias][load.source] = (company, number)
