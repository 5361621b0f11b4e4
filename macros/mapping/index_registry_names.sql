{% macro index_registry_names() %}
{#- Post-hook of the sample registry: the index by name key that the registry provider's question needs. -#}
{%- if execute -%}
create index if not exists {{ this.identifier }}_name_key
    on {{ this }} ({{ target.schema }}.normalize_company_name(company_name))
{%- endif -%}
{% endmacro %}
