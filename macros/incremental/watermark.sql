{% macro watermark() %}
{#-
  Up to which transaction the model at work has read what it is made from, as text; none when it has to read everything:
  on its first build, in a full refresh, where the var compare_everything says so, since other rules were deployed, and in
  a database that is not the one the watermark was noted in (restored from a dump: another system, or a transaction that is
  still to come).
-#}
{%- if execute and is_incremental() and not company_enrichment.checked_var('compare_everything') -%}
    {%- set rows = run_query(
        "select noted.watermark::text from " ~ target.schema ~ ".model_watermarks as noted"
        ~ " inner join (" ~ company_enrichment.rules_in_force() ~ ") as rules using (system_identifier, content_hash)"
        ~ " where noted.model = " ~ company_enrichment.quoted(this.identifier) ~ " and noted.watermark <= pg_snapshot_xmin(pg_current_snapshot())"
    ).rows -%}
    {{- return(rows[0][0] if rows else none) -}}
{%- endif -%}
{{- return(none) -}}
{% endmacro %}
