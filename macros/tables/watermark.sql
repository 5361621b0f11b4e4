{% macro watermark() %}
{#-
  Up to which transaction the model at work has read what it is made from, as text; none when it has to read everything:
  on its first build, in a full refresh, where the var compare_everything says so, since other rules were deployed, in a
  database that is not the one the watermark was noted in (restored from a dump: another system, or a transaction that is
  still to come), and where the model or a table that it reads is not the one that the watermark was noted with (restored by
  itself, truncated, rewritten: see relation_identities()). Also where a table is empty that says so
  (config.meta.starts_with_everything): everything has to be read then, and is read faster as a whole. A table that stays empty while
  what it reads grows must not say so.
-#}
{%- if execute and is_incremental() and not company_enrichment.checked_var('compare_everything') -%}
    {%- set noted -%}
select noted.watermark::text
from {{ target.schema }}.model_watermarks as noted
inner join ({{ company_enrichment.rules_in_force() }}) as rules using (system_identifier, content_hash)
where
    noted.model = {{ company_enrichment.quoted(this.identifier) }}
    and noted.watermark <= pg_snapshot_xmin(pg_current_snapshot())
    {%- if (config.get('meta') or {}).get('starts_with_everything') %}
    and exists (select from {{ this }})
    {%- endif %}
    and noted.relations = {{ company_enrichment.relation_identities(company_enrichment.relations_read() + [this.identifier]) }}
    {%- endset -%}
    {%- set rows = run_query(noted).rows -%}
    {{- return(rows[0][0] if rows else none) -}}
{%- endif -%}
{{- return(none) -}}
{% endmacro %}
