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


@dataclass
class Statement:
    """What a load has made of its source's claim on a key: a company, or None where it was withdrawn."""

    load_id: str
    company: str | None
    since: int


class Reference:
    """The rule, as plainly as it can be said, for the sources that come first and others that are equals."""

    def __init__(self, priority: Sequence[str] = ()) -> None:
        self.priority = priority
        self.statements: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        self.claims: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
        self.undone: set[str] = set()
        self.number = 0

    def in_force(self, alias: str) -> tuple[str, str] | None:
        claims = self.claims[alias]
        if not claims:
            return None
        source = min(claims, key=lambda name: (name not in self.priority, -claims[name][1], name))
        return claims[source][0], source

    def state(self) -> State:
        found = {alias: self.in_force(alias) for alias in self.claims}
        return {alias: known for alias, known in found.items() if known is not None}

    def take(self, load: Load) -> list[str]:
        """Decide one load; returns the outcomes of its rows."""
        self.number += 1
        if load.undoes is not None:
            self._take_back(load.undoes)
            return []
        outcomes = []
        seen: set[str] = set()
        for alias, company in load.rows:
            if not company:
                outcomes.append("rejected")
                continue
            before = self.in_force(alias)
            if alias not in seen:
                self._claim(load, alias, company)
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
                if alias not in listed and load.source in claims:
                    del claims[load.source]
                    self.statements[alias, load.source].append(Statement(load.load_id, None, self.number))
        return outcomes

    def _claim(self, load: Load, alias: str, company: str) -> None:
        own = self.claims[alias].get(load.source)
        known = self.in_force(alias)
        if load.mode == "append" and known is not None and (own is not None or known[0] != company):
            if own is not None and own[0] == company:
                self.statements[alias, load.source].append(Statement(load.load_id, company, self.number))
            return
        keeps = load.mode != "delete_insert" and own is not None and own[0] == company
        if not keeps:
            self.claims[alias][load.source] = (company, self.number)
        self.statements[alias, load.source].append(Statement(load.load_id, company, self.number))

    def _take_back(self, load_id: str) -> None:
        self.undone.add(load_id)
        for (alias, source), statements in self.statements.items():
            if any(statement.load_id == load_id for statement in statements):
                rest = [statement for statement in statements if statement.load_id not in self.undone]
                self.claims[alias].pop(source, None)
                if rest and rest[-1].company is not None:
                    self.claims[alias][source] = (rest[-1].company, rest[-1].since)
