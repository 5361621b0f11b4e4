{% macro relations_read() %}
{#-
  The tables of this project that the model at work reads, through views, too, as a list of names: those that the graph
  names, and those of its config.meta.reads, which only its hooks read. Tables of an installing project are left out: dbt may
  build them anew in each run.
-#}
{%- set names = (config.get('meta') or {}).get('reads', []) | list -%}
{%- set ahead = model.depends_on.nodes | list -%}
{%- for unique_id in ahead -%}
    {%- set node = graph.nodes.get(unique_id) or graph.sources.get(unique_id) -%}
    {%- if node and node.package_name == 'company_enrichment' -%}
        {%- if node.resource_type == 'source' -%}
            {%- do names.append(node.identifier) -%}
        {%- elif node.resource_type == 'model' and node.config.materialized != 'incremental' -%}
            {#- The loop goes on with what is appended to the list that it runs over. -#}
            {%- do ahead.extend(node.depends_on.nodes | reject('in', ahead) | list) -%}
        {%- elif node.resource_type == 'model' -%}
            {%- do names.append(node.alias) -%}
        {%- endif -%}
    {%- endif -%}
{%- endfor -%}
{{- return(names | unique | sort | list) -}}
{% endmacro %}
