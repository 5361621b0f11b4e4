{% macro begin_operation(operation, arguments={}) %}
{#-
  The first thing that every operation calls: stops with an error that names each setting or argument that cannot be used,
  before the database is asked for anything.

  Arguments
    operation  its name
    arguments  name -> [value, rule of value_faults()]
-#}
{%- do company_enrichment.check_settings() -%}
{%- set faults = [] -%}
{%- for name, given in arguments.items() -%}
    {%- for fault in company_enrichment.value_faults(name, given[0], given[1]) -%}
        {%- do faults.append(
            fault ~ (": give it, as in --args '{" ~ name ~ ": …}'" if given[0] is not defined or given[0] is none else '')) -%}
    {%- endfor -%}
{%- endfor -%}
{%- if faults -%}
    {{ exceptions.raise_compiler_error("In " ~ operation ~ ": " ~ faults | join('; ') ~ ". Nothing was done.") }}
{%- endif -%}
{% endmacro %}
