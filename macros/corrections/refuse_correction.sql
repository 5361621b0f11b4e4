{% macro refuse_correction(decision) %}
{#-
  Stops with an error when a decision contradicts one that is in force, or names an alias that does not stand for its
  `from`. So there are no circles, and a retired company id is given to nobody.

  Argument
    decision  what checked_correction() returned
-#}
{%- set schema = target.schema -%}
{%- for row in run_query(
    "select correction.correction_id, correction.from_company_id, correction.to_company_id, correction.kind,"
    ~ " correction.current_company_id"
    ~ " from " ~ schema ~ ".company_id_corrections as correction where " ~ company_enrichment.replaces('correction')
    ~ " and correction.from_company_id in (" ~ company_enrichment.quoted(decision.from) ~ ", "
    ~ company_enrichment.quoted(decision.to) ~ ") order by correction.correction_id"
).rows -%}
    {%- set was = row[1] ~ " was " ~ ("merged into " if row[3] == 'merged' else "corrected to ") ~ row[2] ~ " by correction " ~ row[0] -%}
    {%- if row[1] == decision.from -%}
        {{ exceptions.raise_compiler_error(
            "In correct_company_id: " ~ was ~ " already. Correct " ~ row[4] ~ ", or undo that one first: from: " ~ row[2]
            ~ ", to: " ~ row[1]) }}
    {%- elif row[4] == decision.from -%}
        {{ exceptions.raise_compiler_error(
            "In correct_company_id: " ~ was ~ ", and " ~ row[4] ~ " is what it has become: that would be a circle. Undo that one first.") }}
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "In correct_company_id: " ~ was ~ ": a retired id is given to nobody. Use " ~ row[4] ~ ".") }}
    {%- endif -%}
{%- endfor -%}
{%- if decision.aliases -%}
    {%- set strangers = run_query(
        "select given.match_type, given.given from (" ~ company_enrichment.given_aliases(decision.aliases) ~ ") as given"
        ~ " left join (" ~ company_enrichment.covered_aliases(decision, none) ~ ") as covered"
        ~ " on covered.match_type = given.match_type and covered.alias_name = given.alias_name"
        ~ " where covered.alias_name is null order by given.match_type, given.given"
    ).rows -%}
    {%- if strangers -%}
        {{ exceptions.raise_compiler_error(
            "In correct_company_id: " ~ strangers[0][0] ~ " \"" ~ strangers[0][1] ~ "\" does not stand for "
            ~ decision.from ~ (" (and " ~ (strangers | length - 1) ~ " others do not, either)" if strangers | length > 1 else "")) }}
    {%- endif -%}
{%- endif -%}
{% endmacro %}
