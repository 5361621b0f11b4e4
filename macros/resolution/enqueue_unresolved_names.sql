{% macro enqueue_unresolved_names() %}
{#- Post-hook of company_resolution: asks for every unresolved name to be looked up, by the queue's own rule. -#}
{%- if execute -%}
select count(*) from {{ target.schema }}.enqueue_names(
    array(select unresolved.name from {{ ref('unresolved_names') }} as unresolved order by unresolved.normalized_name)
)
{%- endif -%}
{% endmacro %}
