{% macro get_incremental_merge_sql(arg_dict) %}
{#-
  This project's concurrency-safe `merge` strategy: merge_differences() of what the model's query returned. Columns named in
  config.meta.audit_columns (when, by which run) do not make a row count as changed.
-#}
{{ company_enrichment.merge_differences(
    arg_dict['target_relation'],
    arg_dict['temp_relation'],
    company_enrichment.conflict_keys(arg_dict),
    arg_dict['dest_columns'] | map(attribute='name') | map('lower') | list,
    config.get('meta', {}).get('audit_columns', [])
) }}
{% endmacro %}
