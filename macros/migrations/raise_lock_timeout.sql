{% macro raise_lock_timeout(wanted, held) %}
{#-
  Within PL/pgSQL: raises the error of a lock that was waited for in vain. It names the sessions that have locks which stand
  in its way, and since when.

  Arguments
    wanted  what was waited for, an SQL expression
    held    which locks stand in the way, an SQL condition on pg_locks as held
-#}
raise exception using
    errcode = 'lock_not_available',
    message = format(
        'Waited in vain for %s. Locks are held by: %s.',
        {{ wanted }},
        coalesce(
            (
                select string_agg(
                    distinct format(
                        'process %s (user %s, application %s, in a transaction since %s)',
                        holder.pid,
                        holder.usename,
                        coalesce(nullif(holder.application_name, ''), 'unnamed'),
                        coalesce(to_char(holder.xact_start, 'YYYY-MM-DD HH24:MI:SS TZ'), 'an unknown time')
                    ), '; '
                )
                from pg_catalog.pg_locks as held
                inner join pg_catalog.pg_stat_activity as holder on holder.pid = held.pid
                where
                    held.granted
                    and held.pid <> pg_backend_pid()
                    and not exists (
                        select from pg_catalog.pg_locks as waiting where waiting.pid = held.pid and not waiting.granted
                    )
                    and held.database = (select oid from pg_catalog.pg_database where datname = current_database())
                    and {{ held | indent(20) }}
            ),
            'sessions that have ended since'
        )
    ),
    hint = 'Wait for their end, or end them with pg_terminate_backend(process), then run again.'
    {%- endmacro %}
