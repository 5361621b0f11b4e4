{% macro refuse_other_seed_columns(seed) %}
{#-
  Stops with an error when a seed of mappings has not the columns that are landed. It names the header that is there, and what
  to do; nothing of the seed is landed.

  Argument
    seed  its relation, as dbt has loaded it
-#}
{%- set wanted = ['match_type', 'alias', 'company_id'] -%}
{#- Not by dbt's own query, into which the name of the seed is pasted. -#}
{%- set named -%}
select attname
from pg_attribute
where attrelid = {{ company_enrichment.quoted(seed) }}::regclass and attnum > 0 and not attisdropped
order by attnum
{%- endset -%}
{%- set found = run_query(named).columns[0].values() | list -%}
{%- set missing = wanted | reject('in', found) | list -%}
{%- if missing -%}
    {{ exceptions.raise_compiler_error(
        "The seed " ~ seed.identifier ~ " has no column " ~ missing | join(' and no column ') ~ ", and nothing of it was landed. The first"
        ~ " line of seeds/mappings/" ~ seed.identifier ~ ".csv gives the columns " ~ found | map('tojson') | join(', ')
        ~ "; it has to be match_type,alias,company_id, in lower case and with commas. A file with other columns or separators is"
        ~ " loaded by: company-enrichment load-mappings FILE") }}
{%- endif -%}
{% endmacro %}
