{% macro temporary_id(number) %}
{#-
  The text of a temporary id, as an SQL expression: the prefix and at least six digits. 999999 is followed by TEMP_1000000.

  Argument
    number  its number, an SQL expression
-#}
'{{ company_enrichment.temp_id_prefix() }}' || lpad({{ number }}::text, greatest(6, length({{ number }}::text)), '0')
{%- endmacro %}
