{% macro is_keyed_afterwards() %}
{#-
  Whether the table of the model at work, when it is built anew, gets its constraints after its rows: it has a contract, and no
  constraints but a primary key and columns that are never NULL, which add_constraints() can add.
-#}
{%- set of_columns = model.columns.values() | map(attribute='constraints', default=[]) | sum(start=[]) -%}
{%- set types = (model.constraints + of_columns) | map(attribute='type') | map('string') | unique | list -%}
{{- return(config.get('contract').enforced and not types | reject('in', ['primary_key', 'not_null']) | list) -}}
{% endmacro %}
