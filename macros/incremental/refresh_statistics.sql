{% macro refresh_statistics(relation) %}
{#-
  Pre-hook of a model that finds what is new by changed_in: where that is much of the relation, its statistics are made
  anew. The planner would otherwise take rows that were written since the last ANALYZE for none at all, and look millions
  of them up one by one. A role that does not own the relation leaves this to autovacuum.

  Argument
    relation  what the model reads; it has the column changed_in
-#}
{%- if execute -%}
    {%- set since = company_enrichment.watermark() -%}
    {%- if run_query(
        "select 1 from pg_class where oid = to_regclass('" ~ relation ~ "') and relkind = 'r'"
        ~ " and pg_has_role(relowner, 'usage')"
        ~ " and (select count(*) from " ~ relation ~ " as changed where " ~ company_enrichment.is_changed('changed', since) ~ ")"
        ~ " > greatest(reltuples, 0) / 10"
    ).rows -%}
analyze {{ relation }} (changed_in)
    {%- endif -%}
{%- endif -%}
{% endmacro %}
