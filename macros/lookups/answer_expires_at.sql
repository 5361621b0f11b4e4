{% macro answer_expires_at(answer) %}
{#-
  When an answer no longer spares asking again, as an SQL expression: a company may have become known, or be another one.
  Earlier where somebody has ended it. Until somebody has asked, what was found still counts.

  Argument
    answer  alias of the relation; it has outcome, answered_at and ended_at
-#}
{{- return(
    "least(" ~ answer ~ ".ended_at, " ~ answer ~ ".answered_at + case " ~ answer ~ ".outcome when 'found' then interval '"
    ~ company_enrichment.checked_var('found_refresh_days') ~ " days' else interval '"
    ~ company_enrichment.checked_var('not_found_retry_days') ~ " days' end)"
) -}}
{% endmacro %}
