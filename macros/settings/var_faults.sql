{% macro var_faults(name) %}
{#-
  What is wrong with a var of this project, as a list of sentences; empty when nothing is.

  Argument
    name  name of the var, which declared_vars() has
-#}
{%- set value = var(name) -%}
{%- set faults = company_enrichment.value_faults(name, value, company_enrichment.declared_vars()[name]) -%}
{%- if name == 'customer_records_relation' and value is mapping and value -%}
    {%- if ('ref' in value) == ('source' in value) or (value.source is sequence and value.source | length > 2) -%}
        {%- do faults.append(name ~ ' needs either ref, the name of a model, seed or snapshot, or source, as [source, table]') -%}
    {%- endif -%}
    {%- if 'columns' not in value -%}
        {%- do faults.append(name ~ ' needs columns, with a record_id') -%}
    {%- endif -%}
    {%- if ('changed_at' in value) != ('overlap' in value) -%}
        {%- do faults.append(name ~ ' needs changed_at and overlap together: a row may be committed so much later than its changed_at says') -%}
    {%- endif -%}
{%- endif -%}
{{- return(faults) -}}
{% endmacro %}
