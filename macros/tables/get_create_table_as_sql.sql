{% macro get_create_table_as_sql(temporary, relation, sql) %}
{#-
  dbt's statement that makes a table of a query, for the models of this project: a temporary one ends with the transaction of
  its model. dbt's own would stay in the session, and behind a pooler that gives each transaction another session it would be
  found by whoever is given that one next.

  Arguments
    temporary  whether the table is temporary
    relation   its name
    sql        the query
-#}
{%- if not temporary -%}
    {{- return(create_table_as(temporary, relation, sql)) -}}
{%- endif -%}
create temporary table {{ relation }} on commit drop
{%- if config.get('contract').enforced -%}
    {{ get_assert_columns_equivalent(sql) }}
{%- endif %}
as (
    {{ sql }}
)
{%- endmacro %}
