{% macro conflict_keys(arg_dict) %}
{#- The unique_key of an incremental model as a list of column names; without one neither strategy can work. -#}
{%- set unique_key = arg_dict['unique_key'] or config.get('unique_key') -%}
{%- if not unique_key -%}
    {%- call company_enrichment.refuse() -%}
        Model {{ model.name }} needs a unique_key, and a primary_key of the same columns in its contract, for the incremental
        strategies of company_enrichment.
    {%- endcall -%}
{%- endif -%}
{{- return([unique_key] if unique_key is string else unique_key) -}}
{% endmacro %}
