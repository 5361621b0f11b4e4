{% macro refuse_relocated_models() %}
{#-
  Stops with an error where an installing project would have our models stand elsewhere than beside the operational tables,
  whose functions read them by name, or has something of its own under one of our names.
-#}
{%- set theirs = [] -%}
{%- for node in (graph.nodes.values() | list) + (graph.sources.values() | list) -%}
    {%- set name = node.identifier or node.alias -%}
    {%- if node.package_name == 'company_enrichment' -%}
        {%- if node.resource_type == 'model' and (node.schema != target.schema or name != node.name) -%}
            {%- call company_enrichment.refuse() -%}
                Model {{ node.name }} of company_enrichment would be {{ node.schema }}.{{ name }}, but has to be
                {{ target.schema }}.{{ node.name }}: its models stand in the schema of the target, under their own names. Take
                back what says otherwise: +schema or +alias in dbt_project.yml, generate_schema_name or generate_alias_name.
            {%- endcall -%}
        {%- endif -%}
    {%- elif node.resource_type in ('model', 'seed', 'snapshot', 'source') and node.schema == target.schema -%}
        {%- do theirs.append((node, name)) -%}
    {%- endif -%}
{%- endfor -%}
{#- Only where there is somebody else: to know our names takes rendering all that is deployed. -#}
{%- set ours = company_enrichment.our_objects().relations if theirs else [] -%}
{%- for node, name in theirs if name in ours -%}
    {%- call company_enrichment.refuse() -%}
        The {{ node.resource_type }} {{ node.name }} of {{ node.package_name }} is {{ node.schema }}.{{ name }}, where
        company_enrichment has a table of its own. Give it another schema or alias.
    {%- endcall -%}
{%- endfor -%}
{% endmacro %}
