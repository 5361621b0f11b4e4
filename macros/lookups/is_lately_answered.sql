{% macro is_lately_answered(answer) %}
{#-
  True for an answer that spares asking again: a found one younger than found_refresh_days, a not_found than
  not_found_retry_days, and that nobody has ended.
-#}
({{ company_enrichment.answer_expires_at(answer) }} > now())
{%- endmacro %}
