{% macro predecessor_tables(schema, renamed=false) %}
{#-
  The tables of the predecessor that a schema holds, of company_mapping, lookup_requests and temp_id_sequence. Ours have the
  same names; what they are told apart by is a column, and for the counter the index that keeps it to one row: a counter
  that was migrated in place is ours. The predecessor's other deployments may have been migrated, too, and are known by
  their other tables.

  Arguments
    schema   its name
    renamed  look for those that adopt has renamed
-#}
{%- set found = [] -%}
{%- for table, sign in {
    'company_mapping': "bool_or(attname = 'canonical_id')",
    'lookup_requests': "bool_or(attname = 'normalized_name') and not bool_or(attname = 'finished_at')",
    'temp_id_sequence': "not exists (select from pg_index where indrelid = pg_class.oid and indexrelid::regclass::text like '%temp_id_sequence_one_row')",
}.items() -%}
    {%- set is_known_by_others = table == 'temp_id_sequence' and found and schema != target.schema -%}
    {%- set is_there -%}
select 1
from pg_class
inner join pg_namespace on pg_namespace.oid = relnamespace
inner join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
where
    nspname = {{ company_enrichment.quoted(schema) }}
    and relname = '{{ company_enrichment.name_before_adoption(table) if renamed else table }}'
    and relkind in ('r', 'p')
group by pg_class.oid
having {{ 'true' if is_known_by_others else sign }}
    {%- endset -%}
    {%- if company_enrichment.value_of(is_there) -%}
        {%- do found.append(table) -%}
    {%- endif -%}
{%- endfor -%}
{{- return(found) -}}
{% endmacro %}
