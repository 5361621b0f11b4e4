{% macro our_objects() %}
{#- What this project has in its schema, whether or not it is there: {relations, functions}, by name. -#}
{%- set ddl = (
    company_enrichment.name_key_functions().values() | list
    + [company_enrichment.temp_id_sequence(), company_enrichment.schema_migrations()]
    + company_enrichment.schema_objects('')
) | join(';') -%}
{%- set relations = company_enrichment.operational_tables().tables -%}
{%- for node in graph.nodes.values()
        if node.package_name == 'company_enrichment' and node.resource_type in ('model', 'seed') and node.schema == target.schema -%}
    {%- do relations.append(node.alias) -%}
{%- endfor -%}
{%- set created -%} create or replace (?:function|aggregate) {{ target.schema }}[.](\w+) {%- endset -%}
{{- return({
    'relations': relations,
    'functions': modules.re.findall(created, ddl),
}) -}}
{% endmacro %}
