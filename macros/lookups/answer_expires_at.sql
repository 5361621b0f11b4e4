{% macro answer_expires_at(answer) %}
{#-
  When an answer no longer spares asking again, as an SQL expression: a company may have become known, or be another one.
  Earlier where somebody has ended it. Until somebody has asked, what was found still counts.

  Argument
    answer  alias of the relation; it has outcome, answered_at and ended_at
-#}
{%- set found_days = company_enrichment.checked_var('found_refresh_days') -%}
{%- set not_found_days = company_enrichment.checked_var('not_found_retry_days') -%}
least(
    {{ answer }}.ended_at,
    {{ answer }}.answered_at + case {{ answer }}.outcome
        when 'found' then interval '{{ found_days }} days'
        else interval '{{ not_found_days }} days'
    end
)
{%- endmacro %}
