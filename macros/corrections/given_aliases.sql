{% macro given_aliases(aliases) %}
{#-
  The aliases of a decision by their keys, as a query of match_type, alias_name and the text that was given.

  Argument
    aliases  a list of {match_type, alias}
-#}
{%- set code_types = company_enrichment.match_types()
    | selectattr('record_key', 'in', ['plan_code', 'account_number']) | map(attribute='match_type') | list -%}
{%- for entry in aliases -%}
{%- set given = company_enrichment.quoted(entry.alias | string) -%}
{%- set key_of = 'normalize_code' if entry.match_type in code_types else 'normalize_company_name' -%}
{{ 'union all' if not loop.first }}
select '{{ entry.match_type }}' as match_type, {{ target.schema }}.{{ key_of }}({{ given }}) as alias_name, {{ given }} as given
{% endfor -%}
{%- endmacro %}
