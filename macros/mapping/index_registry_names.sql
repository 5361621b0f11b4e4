{% macro index_registry_names() %}
{#- Post-hook of the sample registry: the indexes by name key and by core that the registry provider's questions need. -#}
{%- if execute -%}
create index if not exists {{ company_enrichment.quoted_name(this.identifier ~ '_name_key') }}
    on {{ this }} ({{ target.schema }}.normalize_company_name(company_name))
;
create index if not exists {{ company_enrichment.quoted_name(this.identifier ~ '_core') }}
    on {{ this }} ((({{ target.schema }}.company_name_core(company_name)).core))
{%- endif -%}
{% endmacro %}
