{% macro is_issued_form(text) %}
{#-
  True where a text is exactly what temporary_id() makes of a number of up to ten digits, as an SQL expression.

  Argument
    text  an SQL expression, used several times
-#}
{%- set number -%} {{ company_enrichment.temp_number_of(text) }}::bigint {%- endset -%}
{%- set longest = company_enrichment.temp_id_prefix() | length + company_enrichment.highest_temp_number() | string | length -%}
case
    when {{ company_enrichment.is_temporary_id(text) }} and length({{ text }}) <= {{ longest }}
        then {{ text }} = {{ company_enrichment.temporary_id(number) }}
    else false
end
{%- endmacro %}
