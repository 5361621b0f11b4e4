{% macro end_table() %}
{#-
  Post-hook of every model, in its transaction; does nothing for a view. Calls the macros of config.meta.after and runs the SQL
  that they return, then advances the watermark, and then makes the indexes of config.meta.table_indexes that are missing.
  Whatever asks for watermark() comes before it is advanced.
-#}
{%- if execute and model.config.materialized == 'incremental' -%}
    {%- set meta = config.get('meta') or {} -%}
    {%- do company_enrichment.run_macros(meta.get('after', [])) -%}
    {%- if not company_enrichment.is_empty_run() -%}
        {%- do run_query(company_enrichment._advance_watermark()) -%}
    {%- endif -%}
    {%- do company_enrichment._make_indexes(meta.get('table_indexes', [])) -%}
{%- endif -%}
{%- endmacro %}

{% macro _advance_watermark() %}
{#-
  What begin_table() and note_seen_records() have noted is the model's watermark from now on, and holds for the table that the
  model itself is now. Not with --empty, where nothing was read.
-#}
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
{%- endmacro %}

{% macro _make_indexes(indexes) %}
{#-
  Makes those indexes of the table that are missing. Without names of their own, because in a full refresh the old table still
  holds them; dbt's own config makes indexes in a first build only.

  Argument
    indexes  a list of dictionaries: columns, and where (the condition of a partial index) and unique where they are needed, or
             claims, a kind of indexed_claims(), in place of where; or temporary_ids, the column whose temporary ids are found
             by their number. One index at most over the same
             columns may be partial
-#}
{%- set there = [] -%}
{%- if indexes -%}
    {%- set present -%}
select
    indpred is not null,
    coalesce(
        pg_get_expr(indexprs, indrelid),
        (
            select string_agg(attname::text, ',' order by array_position(indkey, attnum))
            from pg_attribute
            where attrelid = indrelid and attnum = any(indkey)
        )
    )
from pg_index
where indrelid = to_regclass({{ company_enrichment.quoted(this) }})
    {%- endset -%}
    {%- for row in run_query(present).rows -%}
        {%- do there.append([row[0], row[1]]) -%}
    {%- endfor -%}
{%- endif -%}
{%- for index in indexes -%}
    {%- if index.temporary_ids -%}
        {%- set key -%} char_length({{ index.temporary_ids }}) {%- endset -%}
        {%- set columns -%} ({{ key }}), {{ index.temporary_ids }} {%- endset -%}
        {%- set condition = company_enrichment.is_temporary_id(index.temporary_ids) -%}
    {%- else -%}
        {%- set key, columns = index.columns | join(','), index.columns | join(', ') -%}
        {%- set condition = company_enrichment.indexed_claims()[index.claims] if index.claims else index.get('where') -%}
    {%- endif -%}
    {%- if [condition is not none, key] not in there -%}
        {%- call company_enrichment.run_sql() -%}
create {{ 'unique ' if index.unique }}index on {{ this }} ({{ columns }})
{%- if condition %} where {{ condition }}{% endif %}
        {%- endcall -%}
    {%- endif -%}
{%- endfor -%}
{%- endmacro %}
