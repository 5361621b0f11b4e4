{% macro adopt_counter(old, plan_only) %}
{#-
  Lifts our counter of temporary ids to the predecessor's; returns what was done.

  Arguments
    old        its temp_id_sequence, of any layout
    plan_only  only read
-#}
{%- set counter = 'greatest(' ~ company_enrichment.counter_columns(old) | join(', ') ~ ')' -%}
{%- set state = run_query("select count(*), count(" ~ counter ~ "), coalesce(max(" ~ counter ~ "), 0) from " ~ old).rows[0] -%}
{%- set rows, numbers, highest = state[0] | int, state[1] | int, state[2] | int -%}
{%- if highest > 2147483647 -%}
    {{ exceptions.raise_compiler_error("In adopt: the counter in " ~ old ~ " is " ~ highest ~ ", which is beyond INTEGER. Correct it first.") }}
{%- endif -%}
{%- if not plan_only -%}
    {%- do company_enrichment.lift_counter(highest) -%}
{%- endif -%}
{%- set adopted = [numbers, 1] | min -%}
{{- return("take over temp_id_sequence: " ~ rows ~ " rows read = " ~ adopted ~ " adopted + " ~ (numbers - adopted) ~ " folded + "
    ~ (rows - numbers) ~ " left out; its counter is " ~ highest) -}}
{% endmacro %}
