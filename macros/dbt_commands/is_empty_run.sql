{% macro is_empty_run() %}
{#-
  Whether the command has the flag --empty: it shows that every model can be built, and reads no rows. Tables stay as they
  are then, no watermark moves, and no name gets a temporary id or is queued; the next run does all of that.
-#}
{{- return(invocation_args_dict.get('empty') is true) -}}
{% endmacro %}
