{% macro get_create_table_as_sql(temporary, relation, sql) %}
{#-
  dbt's statement that makes a table of a query, for the models of this project.

  A temporary one ends with the transaction of its model. dbt's own would stay in the session, and behind a pooler that gives
  each transaction another session it would be found by whoever is given that one next.

  One with a contract is made by its query alone, which workers can then run side by side, and which writes no index; dbt's own
  inserts into a table that has its keys already. end_table() adds what the contract demands, in the same transaction.

  Arguments
    temporary  whether the table is temporary
    relation   its name
    sql        the query
-#}
{%- if temporary -%}
create temporary table {{ relation }} on commit drop
{%- if config.get('contract').enforced -%}
    {{ get_assert_columns_equivalent(sql) }}
{%- endif %}
as (
    {{ sql }}
)
{%- elif company_enrichment.is_keyed_afterwards() -%}
create table {{ relation }}
{{- get_assert_columns_equivalent(sql) }}
as
select
    {%- for column in model.columns.values() %}
    cast(given.{{ column.name }} as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
from (
    {{ sql }}
) as given
{%- else -%}
    {{- return(create_table_as(temporary, relation, sql)) -}}
{%- endif -%}
{%- endmacro %}
