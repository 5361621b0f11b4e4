{% macro last_change_first(change) %}
{#- ORDER BY of the changes of one key in mapping_changes: the one in force first. -#}
{{- return(
    change ~ ".decided_at desc, " ~ change ~ ".load_landed_at desc, " ~ change ~ ".load_id desc, " ~ change ~ ".line_no desc"
) -}}
{% endmacro %}
