{% macro refuse_models_of_others() %}
{#-
  Stops with an error where models of this project belong to a role that the user of this run is no member of: the run would
  fail at the first of them with "must be owner of view". Says who owns them and what hands them over.
-#}
{%- set names = [] -%}
{%- for node in graph.nodes.values() if node.package_name == 'company_enrichment' and node.resource_type == 'model' -%}
    {%- do names.append(node.alias) -%}
{%- endfor -%}
{%- set sql -%}
    select pg_get_userbyid(pg_class.relowner), count(*), min(pg_class.relname)
    from pg_class
    inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
    where
        pg_namespace.nspname = {{ company_enrichment.quoted(target.schema) }}
        and pg_class.relkind in ('r', 'v')
        and pg_class.relname = any ({{ company_enrichment.quoted_array(names) }})
        and not pg_has_role(pg_class.relowner, 'usage')
    group by pg_class.relowner
    order by 2 desc
    limit 1
{%- endset -%}
{%- for owner, models, example in run_query(sql).rows -%}
    {%- call company_enrichment.refuse() -%}
        {{ models }} models of schema {{ target.schema }}, {{ example }} among them, belong to {{ owner }}, and
        {{ target.user }} may not replace them. Hand them over, as their owner or a superuser:
        dbt run-operation grant_access --args '{transformer: {{ target.user }}, execute: true}'
    {%- endcall -%}
{%- endfor -%}
{% endmacro %}
