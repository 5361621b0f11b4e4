{% macro hand_models_over(transformer) %}
{#-
  Makes a role the owner of the models and seeds of this project that another role has built, since only an owner can
  replace a view or empty a table. Returns their names. For a deployment that moves from one user to several.

  Stops with an error that names the owner where the user of this run may not give its tables away.

  Argument
    transformer  the role that runs dbt from now on
-#}
{%- set names = [] -%}
{%- for node in graph.nodes.values() if node.package_name == 'company_enrichment' and node.resource_type in ('model', 'seed') -%}
    {%- do names.append(node.alias) -%}
{%- endfor -%}
{%- set sql -%}
    select pg_class.relname, pg_class.relkind, pg_get_userbyid(pg_class.relowner), pg_has_role(pg_class.relowner, 'member')
    from pg_class
    where
        pg_class.relnamespace = {{ company_enrichment.quoted(target.schema) }}::regnamespace
        and pg_class.relkind in ('r', 'v')
        and pg_class.relname = any ({{ company_enrichment.quoted_array(names) }})
        and pg_class.relowner <> {{ company_enrichment.quoted(company_enrichment.quoted_name(transformer)) }}::regrole
    order by pg_class.relname
{%- endset -%}
{%- set schema = company_enrichment.quoted_name(target.schema) -%}
{%- set handed_over = [] -%}
{%- for name, kind, owner, is_ours in run_query(sql).rows -%}
    {%- if not is_ours -%}
        {%- call company_enrichment.refuse('grant_access') -%}
            {{ target.schema }}.{{ name }} belongs to {{ owner }}, and {{ transformer }} has to own it. Run grant_access as
            {{ owner }} or a superuser.
        {%- endcall -%}
    {%- endif -%}
    {%- call company_enrichment.run_sql() -%}
    alter {{ 'view' if kind == 'v' else 'table' }} {{ schema }}.{{ company_enrichment.quoted_name(name) }}
    owner to {{ company_enrichment.quoted_name(transformer) }}
    {%- endcall -%}
    {%- do handed_over.append(name) -%}
{%- endfor -%}
{{- return(handed_over) -}}
{% endmacro %}
