{% macro run_at_work() %}
{#-
  The run that holds the lease of this schema and whose lease has not ended, as {run_id, invocation_id, since, seconds_left};
  none when nobody is at work.
-#}
{%- set rows = run_query(
    "select run_id, invocation_id, to_char(lease_taken_at, 'YYYY-MM-DD HH24:MI:SS TZ'), ceil(extract(epoch from lease_until - clock_timestamp()))"
    ~ " from " ~ target.schema ~ ".enrichment_runs where lease_until > clock_timestamp()"
).rows -%}
{{- return({'run_id': rows[0][0], 'invocation_id': rows[0][1], 'since': rows[0][2], 'seconds_left': rows[0][3] | int} if rows else none) -}}
{% endmacro %}
