{% macro models_of_others(transformer) %}
{#-
  The models and seeds of this project that another role owns than the one which is to run dbt, as a list of {name, kind}; only
  an owner can replace a view or empty a table. For a deployment that moves from one user to several.

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
{%- set models = [] -%}
{%- for name, kind, owner, is_ours in run_query(sql).rows -%}
    {%- if not is_ours -%}
        {%- call company_enrichment.refuse('grant_access') -%}
            {{ target.schema }}.{{ name }} belongs to {{ owner }}, and {{ transformer }} has to own it. Run grant_access as
            {{ owner }} or a superuser.
        {%- endcall -%}
    {%- endif -%}
    {%- do models.append({'name': name, 'kind': 'view' if kind == 'v' else 'table'}) -%}
{%- endfor -%}
{{- return(models) -}}
{% endmacro %}
