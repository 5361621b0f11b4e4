{% macro run_id() %}
{#-
  Identifies the run a row was written in: WDH_RUN_ID where several dbt commands belong to one run
  (`company-enrichment run`), else dbt's own invocation id. Not read while dbt parses: its value
  would become part of the parsed project, which is then parsed anew each time.
-#}
{{- return((env_var('WDH_RUN_ID', '') or invocation_id) if execute else '') -}}
{% endmacro %}
