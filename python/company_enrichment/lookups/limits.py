"""How fast, how often and whether a provider may be asked now: shared by all processes, on the database's clock."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, own_transaction

FIRST_PAUSE_SECONDS = 5.0
"""The pause after a first outage for which the provider names no time; it doubles with each further one."""

LONGEST_PAUSE_SECONDS = 900.0
"""The longest of these pauses."""

PROBE_SECONDS = 30.0
"""How long the others wait for the one that finds out whether the provider answers again."""

_STATE = """
select state.outages, state.paused_until > clock_timestamp() as is_paused
from {schema}.provider_state as state
where state.provider = %(provider)s
"""

_FIRST = "insert into {schema}.provider_state (provider) values (%(provider)s) on conflict (provider) do nothing"

# The clock is read once the row is locked: while a request waits for the lock, others take their places.
_RESERVE = """
with locked as materialized (
    select state.* from {schema}.provider_state as state where state.provider = %(provider)s for update
),

seen as materialized (
    select
        read.*,
        case read.quota_day when (read.instant at time zone 'utc')::date then read.quota_used else 0 end as used_today,
        greatest(read.next_start, read.instant) as first_start,
        read.paused_until > read.instant as is_paused,
        read.outages > 0 and read.probe_until > read.instant as is_probed
    from (select locked.*, clock_timestamp() as instant from locked) as read
),

decided as materialized (
    select
        seen.*,
        case
            when seen.is_paused or seen.is_probed then 0
            else least(
                %(wanted)s,
                case when seen.outages > 0 then 1 else %(wanted)s end,
                greatest(coalesce(%(daily_quota)s::integer - seen.used_today, %(wanted)s), 0)
            )
        end as granted
    from seen
),

taken as (
    update {schema}.provider_state as state
    set
        next_start = decided.first_start + decided.granted * %(interval)s * interval '1 second',
        quota_day = (decided.instant at time zone 'utc')::date,
        quota_used = decided.used_today + decided.granted,
        probe_until = case
            when decided.outages > 0 then decided.instant + %(probe_seconds)s * interval '1 second'
            else state.probe_until
        end,
        updated_at = now()
    from decided
    where state.provider = decided.provider and decided.granted > 0
)

select
    decided.granted,
    decided.outages > 0 as is_probe,
    extract(epoch from decided.first_start - decided.instant)::double precision as starts_in,
    case
        when decided.granted > 0 then 0
        when decided.is_paused then extract(epoch from decided.paused_until - decided.instant)
        when decided.is_probed then extract(epoch from decided.probe_until - decided.instant)
        else extract(
            epoch from ((decided.instant at time zone 'utc')::date + 1)::timestamp at time zone 'utc' - decided.instant
        )
    end::double precision as wait_seconds,
    case
        when decided.granted > 0 then null
        when decided.is_paused then decided.pause_reason
        when decided.is_probed then 'Another request finds out whether the provider answers again'
        else 'The quota of the day is used up'
    end as reason,
    decided.granted = 0 and (decided.is_paused or decided.is_probed) as is_outage,
    decided.last_error
from decided
"""

# Of several requests that meet the same outage, the first counts it.
_OUTAGE = """
update {schema}.provider_state as state
set
    outages = state.outages + (state.paused_until <= clock_timestamp())::integer,
    paused_until = greatest(
        state.paused_until,
        clock_timestamp() + interval '1 second' * coalesce(
            %(seconds)s::double precision,
            case
                when state.paused_until > clock_timestamp() then 0
                else least(%(longest)s, %(first)s * 2.0 ^ least(state.outages, 20))
            end
        )
    ),
    pause_reason = %(reason)s,
    probe_until = '-infinity',
    outage_since = coalesce(state.outage_since, now()),
    last_error = %(reason)s,
    last_error_at = now(),
    updated_at = now()
where state.provider = %(provider)s
returning greatest(extract(epoch from state.paused_until - clock_timestamp()), 0)::double precision as seconds
"""

_ANSWERED = """
update {schema}.provider_state as state
set outages = 0, pause_reason = null, probe_until = '-infinity', outage_since = null, updated_at = now()
where state.provider = %(provider)s and state.outages > 0 and state.paused_until <= clock_timestamp()
"""

_RECOVERED = """
update {schema}.provider_state as state
set
    outages = 0,
    paused_until = '-infinity',
    pause_reason = null,
    probe_until = '-infinity',
    outage_since = null,
    updated_at = now()
where state.provider = %(provider)s and (state.outages > 0 or state.outage_since is not null)
"""

# Not a write for each of the names that meet the same error.
_FAILED = """
update {schema}.provider_state as state
set last_error = %(reason)s, last_error_at = now(), updated_at = now()
where
    state.provider = %(provider)s
    and (
        state.last_error is distinct from %(reason)s
        or state.last_error_at is null
        or state.last_error_at < now() - interval '5 seconds'
    )
"""


@dataclass(frozen=True, kw_only=True)
class Permit:
    """How many requests may start, and when.

    granted: so many of those that were wanted.
    starts_in: seconds until the first of them may start; the others follow, interval seconds apart.
    is_probe: the provider was out of service; whether it answers again is to be told, by answered() or outage().
    wait_seconds, reason: where none was granted, when to ask again, and why not now.
    is_outage: it is because the provider is out of service, and not because our limits are used up.
    last_error: what the provider last failed with, at any time.
    """

    granted: int
    starts_in: float = 0.0
    interval: float = 0.0
    is_probe: bool = False
    wait_seconds: float = 0.0
    reason: str | None = None
    is_outage: bool = False
    last_error: str | None = None


class ProviderLimits:
    """The limits of one provider.

    Args:
        connection: an open psycopg2 connection; every method commits.
        provider: its name, by which all processes know it.
        schema: the schema of the tables.
        rate: requests that may start in a second; None for as many as one likes.
        daily_quota: requests of a day, by UTC; None for as many as one likes.

    """

    def __init__(
        self,
        connection: extensions.connection,
        *,
        provider: str,
        schema: str = "enterprise",
        rate: float | None = None,
        daily_quota: int | None = None,
    ) -> None:
        self._connection = connection
        self._provider = provider
        self._schema = sql.Identifier(schema)
        self._interval = 1 / rate if rate else 0.0
        self._daily_quota = daily_quota

    def reserve(self, wanted: int) -> Permit:
        """Take places for up to so many requests; a place that is not used is lost."""
        with own_transaction(self._connection) as cursor:
            if not self._interval and self._daily_quota is None:
                cursor.execute(self._sql(_STATE), {"provider": self._provider})
                row = cursor.fetchone()
                state = as_mapping(row, ("outages", "is_paused")) if row else {"outages": 0, "is_paused": False}
                if not state["outages"] and not state["is_paused"]:
                    return Permit(granted=wanted)
            cursor.execute(self._sql(_FIRST), {"provider": self._provider})
            cursor.execute(
                self._sql(_RESERVE),
                {
                    "provider": self._provider,
                    "wanted": wanted,
                    "interval": self._interval,
                    "daily_quota": self._daily_quota,
                    "probe_seconds": PROBE_SECONDS,
                },
            )
            columns = ("granted", "is_probe", "starts_in", "wait_seconds", "reason", "is_outage", "last_error")
            return Permit(**as_mapping(cursor.fetchone(), columns), interval=self._interval)

    def outage(self, reason: str, seconds: float | None = None) -> float:
        """Say that the provider is out of service: nobody asks it for a while; returns for how many seconds.

        Args:
            reason: what is shown as long as the pause lasts.
            seconds: as long as the provider itself says; otherwise longer with every outage in a row.

        """
        with own_transaction(self._connection) as cursor:
            cursor.execute(self._sql(_FIRST), {"provider": self._provider})
            cursor.execute(
                self._sql(_OUTAGE),
                {
                    "provider": self._provider,
                    "reason": reason,
                    "seconds": seconds,
                    "first": FIRST_PAUSE_SECONDS,
                    "longest": LONGEST_PAUSE_SECONDS,
                },
            )
            return float(as_mapping(cursor.fetchone(), ("seconds",))["seconds"])

    def answered(self) -> None:
        """Say that the provider answers again, after a permit that was a probe."""
        with own_transaction(self._connection) as cursor:
            cursor.execute(self._sql(_ANSWERED), {"provider": self._provider})

    def recovered(self) -> None:
        """Say that nothing keeps the provider from being asked any more: its pause is over, whatever it was for."""
        with own_transaction(self._connection) as cursor:
            cursor.execute(self._sql(_RECOVERED), {"provider": self._provider})

    def failed(self, reason: str) -> None:
        """Note what the provider has failed with for a single name, for whoever looks at the state of the lookups."""
        with own_transaction(self._connection) as cursor:
            cursor.execute(self._sql(_FIRST), {"provider": self._provider})
            cursor.execute(self._sql(_FAILED), {"provider": self._provider, "reason": reason})

    def _sql(self, text: str) -> sql.Composed:
        return sql.SQL(text).format(schema=self._schema)
