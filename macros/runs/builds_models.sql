{% macro builds_models(selected) %}
{#-
  Whether the command at work builds models of this project. An installing project runs our hooks in each of its runs.
  `dbt retry` runs them without saying what is selected: then it may.

  Argument
    selected  selected_resources, which only hooks of a run know
-#}
{%- if flags.WHICH in ('run', 'build') -%}
    {%- if not selected -%}
        {{- return(true) -}}
    {%- endif -%}
    {%- for unique_id in selected if unique_id.startswith('model.company_enrichment.') -%}
        {{- return(true) -}}
    {%- endfor -%}
{%- endif -%}
{{- return(false) -}}
{% endmacro %}
