{% macro company_ids_in_use() %}
{#-
  Every company id that something carries, as a query of company_id, an id as often as it is carried: mappings, whatever has
  become of them, answers, records, corrections, and the registry table of WDH_REGISTRY_TABLE where it is there. Not the
  marker no_company(), nor what is temporary.
-#}
{%- set schema = target.schema -%}
{%- set registry = env_var('WDH_REGISTRY_TABLE', 'sample_registry') -%}
{%- set registry = registry.split('.', 1) if '.' in registry else [schema, registry] -%}
{%- set registry -%} {{ adapter.quote(registry[0]) }}.{{ adapter.quote(registry[1]) }} {%- endset -%}
{%- set has_registry -%}
select 1 from pg_attribute
where attrelid = to_regclass({{ company_enrichment.quoted(registry) }}) and attname = 'company_id' and not attisdropped
{%- endset -%}
select change.company_id
from {{ schema }}.mapping_changes as change
where change.outcome <> 'rejected' and change.company_id <> '{{ company_enrichment.no_company() }}'
union all
select answer.company_id from {{ schema }}.lookup_answers as answer where answer.company_id is not null
union all
select resolution.company_id
from {{ schema }}.company_resolution as resolution
where resolution.company_id is not null and not resolution.is_temporary
union all
select correction.from_company_id from {{ schema }}.company_id_corrections as correction
union all
select correction.to_company_id from {{ schema }}.company_id_corrections as correction
{%- if run_query(has_registry).rows %}
union all
select {{ schema }}.clean_company_id(registry.company_id::text) from {{ registry }} as registry
{%- endif %}
{%- endmacro %}
