{% macro adopt_counter(old, plan_only) %}
{#-
  Lifts our counter of temporary ids to the predecessor's; returns what was done.

  Arguments
    old        its temp_id_sequence, of any layout
    plan_only  only read
-#}
{%- set state -%}
select
    count(*),
    count(numbered.number),
    coalesce(max(numbered.number), 0)
from (select greatest({{ company_enrichment.counter_columns(old) | join(', ') }}) as number from {{ old }}) as numbered
{%- endset -%}
{%- set rows, numbers, highest = run_query(state).rows[0] -%}
{%- if highest > company_enrichment.highest_temp_number() -%}
    {%- call company_enrichment.refuse('adopt') -%}
        the counter in {{ old }} is {{ highest }}, which is beyond INTEGER. Correct it first.
    {%- endcall -%}
{%- endif -%}
{%- if not plan_only -%}
    {%- do company_enrichment.lift_counter(highest) -%}
{%- endif -%}
{%- set adopted = [numbers, 1] | min -%}
{%- set what -%}
take over temp_id_sequence: {{ rows }} rows read = {{ adopted }} adopted + {{ numbers - adopted }} folded + {{ rows - numbers }} left out;
  its counter is {{ highest }}
{%- endset -%}
{{- return(company_enrichment.one_line(what)) -}}
{% endmacro %}
