{% macro highest_temp_number() %}
{#- The highest number that a temporary id, and so its counter, can have: that of INTEGER. -#}
{{- return(2147483647) -}}
{% endmacro %}
