{% macro selects_ours(selected) %}
{#-
  Whether the command at work has anything of this project to do: a model, test, seed or source of ours, or a seed whose
  rows are landed as mappings. An installing project runs our hooks in each of its commands. `dbt retry` runs them without
  saying what is selected: then it may.

  Argument
    selected  selected_resources, which only hooks of a run know
-#}
{%- if not selected -%}
    {{- return(true) -}}
{%- endif -%}
{%- set mapping_seeds = company_enrichment.mapping_seeds() -%}
{%- for unique_id in selected -%}
    {%- set parts = unique_id.split('.') -%}
    {%- if parts[1] == 'company_enrichment' or (parts[0] == 'seed' and parts[2] in mapping_seeds) -%}
        {{- return(true) -}}
    {%- endif -%}
{%- endfor -%}
{{- return(false) -}}
{% endmacro %}
