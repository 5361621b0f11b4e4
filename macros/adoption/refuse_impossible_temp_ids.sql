{% macro refuse_impossible_temp_ids(published) %}
{#-
  Stops with an error that names published ids which begin like temporary ones and cannot be entered in the ledger: another
  form, or a number beyond INTEGER.

  Argument
    published  what published_temp_ids() returned
-#}
{%- set impossible = [] -%}
{%- for entry in published -%}
    {%- for row in run_query(
        "select distinct " ~ entry.column ~ "::text from " ~ entry.relation ~ " where " ~ entry.column ~ "::text ~* '^[[:space:]]*temp_'"
        ~ " and case when " ~ entry.column ~ "::text ~ '^TEMP_([0-9]{6}|[1-9][0-9]{6,9})$'"
        ~ " then substr(" ~ entry.column ~ "::text, 6)::bigint > 2147483647 else true end order by 1 limit 5"
    ).rows -%}
        {%- do impossible.append(entry.relation ~ "." ~ entry.column ~ " holds " ~ row[0]) -%}
    {%- endfor -%}
{%- endfor -%}
{%- if impossible -%}
    {{ exceptions.raise_compiler_error(
        "In adopt: these are no temporary ids, which are TEMP_ and a number of six to ten digits that is no greater than 2147483647: "
        ~ impossible | join('; ') ~ ". Correct these rows, or take the relation out of published_temp_ids.") }}
{%- endif -%}
{% endmacro %}
