{% macro temporary_id(number) %}
{#- The text of a temporary id: TEMP_ and at least six digits. 999999 is followed by TEMP_1000000. -#}
'TEMP_' || lpad({{ number }}::text, greatest(6, length({{ number }}::text)), '0')
{%- endmacro %}
