{% macro moves_by_correction(carrier, decision, undone) %}
{#-
  True for what a correction moves, aliases named one by one apart, as an SQL condition: what carries its `from`; of a correction to
  be undone, what rests on it or on one whose chain goes through it.

  Arguments
    carrier   alias of a relation with company_id and correction_id
    decision  what checked_correction() returned
    undone    the correction that the decision undoes, or none
-#}
{%- if undone -%}
{{ carrier }}.correction_id in ({{ company_enrichment.corrections_through(undone) }})
{%- else -%}
{{ carrier }}.company_id = {{ company_enrichment.quoted(decision.from) }}
{%- endif -%}
{%- endmacro %}
