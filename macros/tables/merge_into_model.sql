{% macro merge_into_model(model, query, audit_columns=[]) %}
{#-
  Writes the result of a query into a model's table, as a run of dbt would: the differences, by merge_differences(), with
  the transaction in changed_in where the model has that column. Returns how many rows were written.

  Arguments
    model          name of the model
    query          what its rows should be
    audit_columns  columns that do not make a row count as changed
-#}
{%- set relation, incoming = company_enrichment.qualified(model), model ~ '__incoming' -%}
{%- set changed_in -%}
select 1 from pg_attribute where attrelid = '{{ relation }}'::regclass and attname = 'changed_in'
{%- endset -%}
{%- call company_enrichment.run_sql() -%}
create temporary table {{ incoming }} on commit drop as
select given.*{% if company_enrichment.value_of(changed_in) %}, pg_current_xact_id() as changed_in{% endif %}
from (
    {{ query }}
) as given
{%- endcall -%}
{%- set names -%}
select attname from pg_attribute where attrelid = '{{ incoming }}'::regclass and attnum > 0 order by attnum
{%- endset -%}
{%- set columns = run_query(names).columns[0].values() | list -%}
{%- set of_primary_key -%}
select attname
from pg_index
inner join pg_attribute on attrelid = indrelid and attnum = any(indkey)
where indrelid = '{{ relation }}'::regclass and indisprimary
order by array_position(indkey, attnum)
{%- endset -%}
{%- set keys = run_query(of_primary_key).columns[0].values() | list -%}
{%- set write -%}
with written as (
    {{ company_enrichment.merge_differences(relation, incoming, keys, columns, audit_columns) }}
    returning 1
)

select count(*)
from written
{%- endset -%}
{%- set written = company_enrichment.value_of(write) -%}
{%- call company_enrichment.run_sql() -%}
drop table {{ incoming }}
{%- endcall -%}
{{- return(written | int) -}}
{% endmacro %}
