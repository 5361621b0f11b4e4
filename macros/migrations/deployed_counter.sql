{% macro deployed_counter() %}
{#- Where the counter stands; 0 where it is not deployed, or in another layout. -#}
{%- set table = company_enrichment.qualified('temp_id_sequence') -%}
{%- set is_current -%}
select 1 from pg_attribute
where attrelid = to_regclass('{{ table }}') and attname = 'last_number' and not attisdropped
{%- endset -%}
{%- if not company_enrichment.value_of(is_current) -%}
    {{- return(0) -}}
{%- endif -%}
{%- set counter -%}
select coalesce(max(last_number), 0) from {{ table }}
{%- endset -%}
{{- return(company_enrichment.value_of(counter) | int) -}}
{% endmacro %}
