{% macro make_model_keys() %}
{#-
  Gives the tables of models that have no primary key theirs: pg_restore of one table brings back its columns and rows alone,
  and no run could merge into it. Their other indexes and triggers are made by their hooks.
-#}
{%- set keys = {} -%}
{%- for node in graph.nodes.values()
        if node.package_name == 'company_enrichment' and node.resource_type == 'model' and node.config.materialized == 'incremental' -%}
    {%- do keys.update({node.alias: node.config.unique_key}) -%}
{%- endfor -%}
{%- set without_key -%}
select relation.relname
from pg_class as relation
inner join pg_namespace as namespace on namespace.oid = relation.relnamespace
where
    namespace.nspname = '{{ target.schema }}'
    and relation.relkind = 'r'
    and relation.relname = any({{ company_enrichment.quoted_array(keys) }})
    and not exists (select from pg_index as key where key.indrelid = relation.oid and key.indisprimary)
order by relation.relname
{%- endset -%}
{%- for table in run_query(without_key).columns[0].values() -%}
    {%- call company_enrichment.run_sql() -%}
alter table {{ target.schema }}.{{ table }} add primary key ({{ keys[table] | join(', ') }})
    {%- endcall -%}
    {%- call company_enrichment.warn() -%}
        The table {{ table }} had no primary key: it was restored without it? It has it again.
    {%- endcall -%}
{%- endfor -%}
{% endmacro %}
