{% macro match_types() %}
{#-
  The resolution order as a list of {match_type, record_key}, first hit first. It is the var
  `match_types` and nothing else; batch and online resolution are both rendered from it.
-#}
{{- return(company_enrichment.checked_var('match_types')) -}}
{% endmacro %}
