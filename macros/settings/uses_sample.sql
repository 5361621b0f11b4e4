{% macro uses_sample() %}
{#-
  Whether the sample is used: where WDH_SAMPLE is true, and, unless it is false, on the embedded server. A database that
  WDH_DATABASE__URI names, and a project that installs this one, get it only when it is asked for. The same rule is in the
  yml of both sample seeds, where no macro can be called, and in Python (company_enrichment/settings.py).
-#}
{%- set asked_for = env_var('WDH_SAMPLE', '') -%}
{{- return(asked_for == 'true' or (
    not asked_for and not env_var('WDH_DATABASE__URI', '') and project_name == 'company_enrichment')) -}}
{% endmacro %}
