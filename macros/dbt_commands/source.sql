{% macro source() %}
{#- What source() is in models and tests of this project: the relation itself, also with `--empty`, for the reasons of ref(). -#}
{{- return(builtins.source(*varargs).incorporate(limit=none, event_time_filter=none)) -}}
{% endmacro %}
