{% macro hold_models(models) %}
{#-
  Keeps runs of dbt from building these models until the end of the transaction, and waits for one that does. For
  operations that write what models hold, too.

  Argument
    models  their names, in the order in which dbt builds them
-#}
{%- for model in models -%}
    {%- do run_query(company_enrichment.one_writer_at_a_time(model)) -%}
{%- endfor -%}
{% endmacro %}
