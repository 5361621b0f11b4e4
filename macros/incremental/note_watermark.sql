{% macro note_watermark() %}
{#-
  Pre-hook of a model, in its transaction and before its query: notes the oldest transaction that is still at work, and which
  tables the model reads. What that transaction and all later ones write, the next run reads again. advance_watermark() makes
  it the watermark. The snapshot is noted for is_seen().
-#}
{%- if execute -%}
select
    set_config('company_enrichment.watermark', pg_snapshot_xmin(pg_current_snapshot())::text, true),
    set_config('company_enrichment.snapshot', pg_current_snapshot()::text, true),
    set_config(
        'company_enrichment.relations',
        {{ company_enrichment.relation_identities(company_enrichment.relations_read()) }}::text,
        true
    )
{%- endif -%}
{% endmacro %}
