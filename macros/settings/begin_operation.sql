{% macro begin_operation(operation, arguments={}) %}
{#-
  The first thing that every operation calls: stops with an error that names each setting or argument that cannot be used,
  before the database is asked for anything.

  Arguments
    operation  its name
    arguments  name -> [value, rule of value_faults()]
-#}
{%- do company_enrichment.check_settings() -%}
{%- do company_enrichment.warn_of_unknown_vars() -%}
{%- set faults = [] -%}
{%- for name, given in arguments.items() -%}
    {%- for fault in company_enrichment.value_faults(name, given[0], given[1]) -%}
        {%- set help -%}
            {{ fault }}{% if given[0] is not defined or given[0] is none %}: give it, as in --args '{{ '{' }}{{ name }}: …}'{% endif %}
        {%- endset -%}
        {%- do faults.append(help) -%}
    {%- endfor -%}
{%- endfor -%}
{%- if faults -%}
    {%- call company_enrichment.refuse(operation) -%} {{ faults | join('; ') }}. Nothing was done. {%- endcall -%}
{%- endif -%}
{% endmacro %}
