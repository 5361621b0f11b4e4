{% macro var_faults(name) %}
{#-
  What is wrong with a var of this project, as a list of sentences; empty when nothing is.

  Argument
    name  name of the var, which declared_vars() has
-#}
{%- set rule = company_enrichment.declared_vars()[name] -%}
{#- var() executes a text of the command line as a template. -#}
{%- set given = (invocation_args_dict.vars or {}).get(name) -%}
{%- if given is string and modules.re.search('[{][{%#]', given) -%}
    {%- set fault -%}
        {{ name }} must be {{ company_enrichment.allowed_values(rule) }}, not the template {{ company_enrichment.shown(given) }}
    {%- endset -%}
    {{- return([fault]) -}}
{%- endif -%}
{%- set value = var(name) -%}
{%- set faults = company_enrichment.value_faults(name, value, rule) -%}
{%- if name == 'customer_records_relation' and value is mapping and value -%}
    {%- if ('ref' in value) == ('source' in value) or (value.source is sequence and value.source | length > 2) -%}
        {%- do faults.append('customer_records_relation needs either ref, the name of a model, seed or snapshot, or source, as [source, table]') -%}
    {%- endif -%}
    {%- if 'columns' not in value -%}
        {%- do faults.append('customer_records_relation needs columns, with a record_id') -%}
    {%- endif -%}
    {%- if ('changed_at' in value) != ('overlap' in value) -%}
        {%- set fault -%}
            customer_records_relation needs changed_at and overlap together: a row may be committed so much later than its
            changed_at says
        {%- endset -%}
        {%- do faults.append(company_enrichment.one_line(fault)) -%}
    {%- endif -%}
{%- endif -%}
{{- return(faults) -}}
{% endmacro %}
