{% macro records_of_relation(given) %}
{#-
  The records of an installing project, as a query with the columns of stg_customer_records. Its changed_at takes the place
  of changed_in: what models look for changes by.

  Argument
    given  what customer_records_relation() returned
-#}
{%- set columns = given.columns -%}
{%- set name = given.ref or given.source[1] -%}
select
    cast({{ columns.record_id }} as text) as record_id,
    cast({{ columns.source_system or company_enrichment.quoted(name) }} as text) as source_system,
    {%- for column in ['plan_code', 'account_number', 'customer_name', 'account_name'] %}
    cast({{ columns[column] or 'null' }} as text) as {{ column }},
    {%- endfor %}
    cast(null as text) as name_derived_from,
    coalesce(cast({{ columns.loaded_at or 'null' }} as timestamptz), now()) as loaded_at,
    cast({{ columns.deleted_at or 'null' }} as timestamptz) as deleted_at,
    {{ given.changed_at or 'cast(null as xid8)' }} as changed_in
from {{ ref(project_name, given.ref) if given.ref else source(given.source[0], given.source[1]) }}
{%- endmacro %}
