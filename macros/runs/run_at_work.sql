{% macro run_at_work() %}
{#-
  The run that holds the lease of this schema and whose lease has not ended, as {run_id, invocation_id, since, seconds_left};
  none when nobody is at work.
-#}
{%- set at_work -%}
select
    run_id,
    invocation_id,
    to_char(lease_taken_at, 'YYYY-MM-DD HH24:MI:SS TZ'),
    ceil(extract(epoch from lease_until - clock_timestamp()))
from {{ target.schema }}.enrichment_runs
where lease_until > clock_timestamp()
{%- endset -%}
{%- for run_id, invocation_id, since, seconds_left in run_query(at_work).rows -%}
    {{- return({'run_id': run_id, 'invocation_id': invocation_id, 'since': since, 'seconds_left': seconds_left | int}) -}}
{%- endfor -%}
{{- return(none) -}}
{% endmacro %}
