{% macro get_incremental_append_sql(arg_dict) %}
{#-
  This project's concurrency-safe `append` strategy: a row whose key is there already is left as it is. dbt's own
  fails instead, also when another writer has just appended the same key.
-#}
{%- set keys = company_enrichment.conflict_keys(arg_dict) -%}
{%- set columns = arg_dict['dest_columns'] | map(attribute='name') | join(', ') -%}
insert into {{ arg_dict['target_relation'] }} ({{ columns }})
select {{ columns }}
from {{ arg_dict['temp_relation'] }}
order by {{ keys | join(', ') }}
on conflict ({{ keys | join(', ') }}) do nothing
{% endmacro %}
