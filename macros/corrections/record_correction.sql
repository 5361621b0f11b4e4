{% macro record_correction(decision, undone, covered) %}
{#-
  Enters a decision in company_id_corrections, and the aliases that it holds in corrected_aliases. Returns its number.

  Arguments
    decision  what checked_correction() returned
    undone    the correction that the decision undoes, or none
    covered   query of the aliases that it moves
-#}
{%- set schema = target.schema -%}
{%- set quoted = company_enrichment.quoted -%}
{%- do run_query("create temporary table correction_covers on commit drop as " ~ covered) -%}
{%- set correction_id = run_query(
    "insert into " ~ schema ~ ".company_id_corrections"
    ~ " (from_company_id, to_company_id, kind, covers, reason, current_company_id, undoes) values ("
    ~ quoted(decision.from) ~ ", " ~ quoted(decision.to) ~ ", " ~ quoted(decision.kind) ~ ", "
    ~ ("'aliases'" if decision.aliases else "'company'") ~ ", " ~ quoted(decision.reason) ~ ", " ~ quoted(decision.to) ~ ", "
    ~ (undone or 'null') ~ ") returning correction_id"
).columns[0].values()[0] -%}
{%- if undone -%}
    {%- do run_query(
        "update " ~ schema ~ ".corrected_aliases as held set superseded_by = " ~ correction_id ~ " from correction_covers as covered"
        ~ " where held.correction_id = " ~ undone ~ " and held.superseded_by is null"
        ~ " and covered.match_type = held.match_type and covered.alias_name = held.alias_name") -%}
    {#- What the undone one had superseded holds again, unless a later one has come between. -#}
    {%- do run_query(
        "update " ~ schema ~ ".corrected_aliases as earlier set superseded_by = nullif(undone.superseded_by, " ~ correction_id ~ ")"
        ~ " from " ~ schema ~ ".corrected_aliases as undone"
        ~ " where undone.correction_id = " ~ undone ~ " and undone.superseded_by is not null and earlier.superseded_by = " ~ undone
        ~ " and earlier.match_type = undone.match_type and earlier.alias_name = undone.alias_name") -%}
    {%- do run_query(
        "update " ~ schema ~ ".company_id_corrections as correction set undone_by = " ~ correction_id
        ~ " where correction.correction_id = " ~ undone ~ " and (correction.covers = 'company' or not exists ("
        ~ "select from " ~ schema ~ ".corrected_aliases as held where held.correction_id = " ~ undone
        ~ " and held.superseded_by is null))") -%}
{%- elif decision.kind == 'corrected' -%}
    {%- do run_query(
        "update " ~ schema ~ ".corrected_aliases as held set superseded_by = " ~ correction_id ~ " from correction_covers as covered"
        ~ " where held.superseded_by is null"
        ~ " and covered.match_type = held.match_type and covered.alias_name = held.alias_name") -%}
    {%- do run_query(
        "insert into " ~ schema ~ ".corrected_aliases (match_type, alias_name, correction_id, alias_text, company_id, key_version)"
        ~ " select match_type, alias_name, " ~ correction_id ~ ", alias_text, " ~ quoted(decision.to)
        ~ ", coalesce(key_version, " ~ schema ~ ".company_name_key_version()) from correction_covers") -%}
{%- endif -%}
{%- do company_enrichment.follow_corrections() -%}
{{- return(correction_id) -}}
{% endmacro %}
