{% macro advance_watermark() %}
{#-
  Post-hook of a model, in its transaction: what note_watermark() and note_seen_records() have noted is its watermark from now on,
  and holds for the table that the model itself is now. After every hook that asks for watermark(). Not with --empty, where
  nothing was read.
-#}
{%- if execute and not company_enrichment.is_empty_run() -%}
insert into {{ target.schema }}.model_watermarks
    (model, watermark, system_identifier, content_hash, seen_through, relations)
select
    {{ company_enrichment.quoted(this.identifier) }},
    current_setting('company_enrichment.watermark')::xid8,
    rules.system_identifier,
    rules.content_hash,
    nullif(current_setting('company_enrichment.seen_through', true), ''),
    current_setting('company_enrichment.relations')::jsonb
    || {{ company_enrichment.relation_identities([this.identifier]) }}
from ({{ company_enrichment.rules_in_force() }}) as rules
on conflict (model) do update set
    watermark = excluded.watermark,
    system_identifier = excluded.system_identifier,
    content_hash = excluded.content_hash,
    seen_through = excluded.seen_through,
    relations = excluded.relations,
    updated_at = now()
{%- endif -%}
{% endmacro %}
