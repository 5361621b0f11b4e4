{% macro run_macros(names) %}
{#-
  Calls macros of this project, one after the other, and runs the SQL that each returns; one that returns none has done
  what it does.

  Argument
    names  their names, as config.meta.before and config.meta.after of a model have them
-#}
{%- for name in names -%}
    {%- set sql = company_enrichment[name]() | string | trim -%}
    {%- if sql -%}
        {%- do run_query(sql) -%}
    {%- endif -%}
{%- endfor -%}
{%- endmacro %}
