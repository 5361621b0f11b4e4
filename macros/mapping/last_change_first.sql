{% macro last_change_first() %}
{#- ORDER BY of the changes of one key in mapping_changes: the one in force first. -#}
{{- return("decided_at desc, load_landed_at desc, load_id desc, line_no desc") -}}
{% endmacro %}
