{% macro has_resolution_totals(relation) %}
{#-
  Whether a company_resolution has been counted, and its triggers keep the totals (see keep_resolution_totals()). One that
  was built by an older version has not.

  Argument
    relation  the table
-#}
{%- set trigger -%}
select 1
from pg_trigger
where tgrelid = to_regclass('{{ relation }}') and tgname = 'count_inserted' and tgenabled <> 'D'
{%- endset -%}
{{- return(company_enrichment.value_of(trigger) is not none) -}}
{% endmacro %}
