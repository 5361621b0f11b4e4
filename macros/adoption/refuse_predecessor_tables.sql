{% macro refuse_predecessor_tables() %}
{#-
  Stops with an error where the schema to deploy to still holds tables of the predecessor that have the names of ours. Its
  counter alone is no reason: that is migrated in place.
-#}
{%- set tables = company_enrichment.predecessor_tables(target.schema) | reject('equalto', 'temp_id_sequence') | list -%}
{%- if tables -%}
    {%- call company_enrichment.refuse() -%}
        Schema {{ target.schema }} holds the predecessor's {{ tables | join(' and ') }}. Take them over first:
        dbt run-operation adopt --args '{schema: {{ target.schema }}}'
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
