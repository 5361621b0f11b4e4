{% macro add_constraints() %}
{#-
  Adds the constraints of a contract to the table of the model at work, which was just built from its query alone (see
  get_create_table_as_sql()). A row that violates them ends the transaction, and with it the table.
-#}
{%- set demands = [] -%}
{%- for column in model.columns.values() if column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}
    {%- do demands.append('alter column ' ~ column.name ~ ' set not null') -%}
{%- endfor -%}
{%- for constraint in model.constraints -%}
    {%- do demands.append('add primary key (' ~ constraint.columns | join(', ') ~ ')') -%}
{%- endfor -%}
{%- if demands -%}
    {%- call company_enrichment.run_sql() -%}
alter table {{ this }}
    {{ demands | join(',\n    ') }}
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
