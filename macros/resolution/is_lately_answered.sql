{% macro is_lately_answered(answer) %}
{#- True for an answer that spares asking again: any that was found, and a not_found younger than not_found_retry_days. -#}
{{- return(
    "(" ~ answer ~ ".outcome = 'found' or " ~ answer ~ ".answered_at > now() - interval '"
    ~ (var('not_found_retry_days') | int) ~ " days')"
) -}}
{% endmacro %}
