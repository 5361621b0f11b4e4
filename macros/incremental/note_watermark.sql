{% macro note_watermark() %}
{#-
  Pre-hook of a model, in its transaction and before its query: notes the oldest transaction that is still at work. What
  it and all later ones write, the next run reads again. advance_watermark() makes it the watermark.

  With --empty nothing is read: the watermark stays, but holds no longer where the table is missing and is made anew.
-#}
{% if execute and company_enrichment.is_empty_run() -%}
update {{ target.schema }}.model_watermarks
set content_hash = '', seen_through = null
where model = '{{ this.identifier }}' and to_regclass('{{ this }}') is null
{%- else -%}
select set_config('company_enrichment.watermark', pg_snapshot_xmin(pg_current_snapshot())::text, true)
{%- endif %}
{% endmacro %}
