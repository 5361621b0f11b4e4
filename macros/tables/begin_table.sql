{% macro begin_table() %}
{#-
  Pre-hook of every model, the first within its transaction. Of a view it begins the transaction and no more, because dbt's
  driver does not notice the commit that comes before a hook outside of it. Of a table, in this order:

    begins the transaction, without which no lock would hold. Queries are not compiled to machine code (jit): those of the
      mappings have so many parts that it takes three seconds, and with little to do they take milliseconds
    takes the lock of the model: tables are filled by comparing with themselves, and operations write them, too
    notes the watermark
    makes statistics anew of the relation that config.meta.statistics_of names
    calls the macros of config.meta.before, and runs the SQL that they return

  With --empty, a table that is missing is made anew and nothing is read: a watermark of the one that was there before it
  no longer holds.
-#}
{%- if execute and model.config.materialized == 'incremental' -%}
    {%- set meta = config.get('meta') or {} -%}
    {%- set begin -%}
{{ company_enrichment.begin_read_committed() }};
set local jit = off;
{%- if company_enrichment.is_empty_run() %}
update {{ target.schema }}.model_watermarks
set content_hash = '', seen_through = null
where model = {{ company_enrichment.quoted(this.identifier) }} and to_regclass({{ company_enrichment.quoted(this) }}) is null;
{%- endif %}
{{ company_enrichment.one_writer_at_a_time() }}
    {%- endset -%}
    {%- do run_query(begin) -%}
    {%- do run_query(company_enrichment._note_watermark()) -%}
    {%- if 'statistics_of' in meta -%}
        {%- do company_enrichment._refresh_statistics(company_enrichment.qualified(meta.statistics_of)) -%}
    {%- endif -%}
    {%- do company_enrichment.run_macros(meta.get('before', [])) -%}
{%- elif execute -%}
    {%- do run_query(company_enrichment.begin_read_committed()) -%}
{%- endif -%}
{%- endmacro %}

{% macro _note_watermark() %}
{#-
  Notes the oldest transaction that is still open, and which tables the model reads. What that transaction and all later ones
  write, the next run reads again. end_table() makes it the watermark. The snapshot is noted for is_seen().
-#}
select
    set_config('company_enrichment.watermark', pg_snapshot_xmin(pg_current_snapshot())::text, true),
    set_config('company_enrichment.snapshot', pg_current_snapshot()::text, true),
    set_config(
        'company_enrichment.relations',
        {{ company_enrichment.relation_identities(company_enrichment.relations_read()) }}::text,
        true
    )
{%- endmacro %}

{% macro _refresh_statistics(relation) %}
{#-
  Where what is new is much of a relation that the model finds it in by changed_in, its statistics are made anew. The planner
  would otherwise take rows that were written since the last ANALYZE for none at all, and look millions of them up one by
  one. A role that does not own the relation leaves this to autovacuum.

  Argument
    relation  what the model reads; it has the column changed_in
-#}
{%- set much_is_new -%}
select 1
from pg_class
where
    oid = to_regclass({{ company_enrichment.quoted(relation) }})
    and relkind = 'r'
    and pg_has_role(relowner, 'usage')
    and (
        select count(*)
        from {{ relation }} as changed
        where {{ company_enrichment.is_changed('changed', company_enrichment.watermark()) }}
    ) > greatest(reltuples, 0) / 10
{%- endset -%}
{%- if run_query(much_is_new).rows -%}
    {%- call company_enrichment.run_sql() -%}
analyze {{ relation }} (changed_in)
    {%- endcall -%}
{%- endif -%}
{%- endmacro %}
