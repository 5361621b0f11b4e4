{% macro given_aliases(aliases) %}
{#-
  The aliases of a decision by their keys, as a query of match_type, alias_name and the text that was given.

  Argument
    aliases  a list of {match_type, alias}
-#}
{%- set name_types = company_enrichment.name_match_types() ~ ", 'lookup'" -%}
{%- for entry in aliases -%}
    {{- " union all " if not loop.first }}select '{{ entry.match_type }}' as match_type, {{ target.schema }}.
    {{- 'normalize_company_name' if "'" ~ entry.match_type ~ "'" in name_types else 'normalize_code' }}(
    {{- company_enrichment.quoted(entry.alias | string) }}) as alias_name, {{ company_enrichment.quoted(entry.alias | string) }} as given
{%- endfor -%}
{%- endmacro %}
