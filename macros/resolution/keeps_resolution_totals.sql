{% macro keeps_resolution_totals(relation) %}
{#-
  Whether a company_resolution has been counted, and its triggers keep the totals (see keep_resolution_totals()). One that
  was built by an older version has not.

  Argument
    relation  the table
-#}
{{- return(run_query(
    "select 1 from pg_trigger where tgrelid = to_regclass('" ~ relation ~ "') and tgname = 'count_inserted' and tgenabled <> 'D'").rows | length > 0) -}}
{% endmacro %}
