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
{%- set others = run_query(sql).rows -%}
{%- if others -%}
    {{ exceptions.raise_compiler_error(
        others[0][1] ~ " models of schema " ~ target.schema ~ ", " ~ others[0][2] ~ " among them, belong to " ~ others[0][0]
        ~ ", and " ~ target.user ~ " may not replace them. Hand them over, as their owner or a superuser:"
        ~ " dbt run-operation grant_access --args '{transformer: " ~ target.user ~ "}'") }}
{%- endif -%}
{% endmacro %}
