{% macro indexed_claims(change=none) %}
{#-
  The claims of mapping_changes by kind, as a dictionary of SQL conditions. Each kind has an index of its own, by key of the alias, and
  only a query with the same condition uses it.

    counting  a claim that was made or withdrawn
    repeated  a claim that said the same once more
    none      no claim; what is longer is no alias, and fits no index

  Argument
    change  alias of the table; none in an index, where there is none
-#}
{%- set prefix = [change, '.'] | join if change else '' -%}
{%- set without_claim -%}
{{ prefix }}claim is null and length({{ prefix }}alias_name) <= {{ company_enrichment.longest_text() }}
{%- endset -%}
{{- return({
    'counting': [prefix, "claim in ('made', 'withdrawn')"] | join,
    'repeated': [prefix, "claim = 'repeated'"] | join,
    'none': without_claim,
}) -}}
{% endmacro %}
