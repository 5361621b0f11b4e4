{% macro lift_sequence_behind_published_ids() %}
{#-
  Puts the counter of temporary ids behind every id that is in use, and warns when it lay before one: a sequence, or a
  whole database, was restored from an older backup, or ids were written by somebody else.
-#}
{%- set highest = company_enrichment.highest_published_temp_number() -%}
{%- set last_number -%}
select coalesce(max(last_number), 0) from {{ target.schema }}.temp_id_sequence
{%- endset -%}
{%- set counter = company_enrichment.value_of(last_number) | int -%}
{%- if counter < highest -%}
    {%- call company_enrichment.run_sql() -%} select {{ target.schema }}.lift_temp_id_sequence({{ highest }}) {%- endcall -%}
    {%- call company_enrichment.warn() -%}
        The counter of temporary ids stood at {{ counter }}, but ids up to number {{ highest }} are in use: it was
        restored from an older backup? It was lifted; no id is issued twice.
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
