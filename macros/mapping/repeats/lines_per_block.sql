{% macro lines_per_block() %}
{#- How many lines of a load a row of mapping_repeats is about. Stored rows rest on it. Their array stays too small to be moved out. -#}
{{- return(100) -}}
{% endmacro %}
