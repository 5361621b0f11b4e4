{% macro undone_before_applied() %}
{#- The reason for which every row of a load is rejected that was undone before a run has decided it. Such a load has said nothing. -#}
{{- return('the load was undone before it was applied') -}}
{% endmacro %}
