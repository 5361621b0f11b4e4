{% macro provider_state() %}
{#-
  DDL of provider_state: what all processes that ask one provider share, on the database's clock. Owner: the worker and the
  online resolver.

    next_start    when the next request may start: each takes its place in a row, so many to a second
    quota_day     the day (UTC) that quota_used counts
    outages       outages since the provider last answered; the pause grows with them
    paused_until  nobody asks before; pause_reason says why
    outage_since  when the first of these outages began; NULL while the provider answers
    last_error    the last error of all, of an outage or of a single name, with last_error_at; kept once it answers again
    probe_until   after a pause, one request finds out whether the provider answers again; the others wait so long for it
-#}
create table if not exists {{ target.schema }}.provider_state (
    provider text primary key,
    next_start timestamptz not null default '-infinity',
    quota_day date not null default '-infinity',
    quota_used integer not null default 0 check (quota_used >= 0),
    outages integer not null default 0 check (outages >= 0),
    outage_since timestamptz,
    paused_until timestamptz not null default '-infinity',
    pause_reason text,
    last_error text,
    last_error_at timestamptz,
    probe_until timestamptz not null default '-infinity',
    updated_at timestamptz not null default now()
) with (fillfactor = 50)
{% endmacro %}
