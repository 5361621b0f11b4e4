{% macro plan_mapping_load() %}
{#-
  DDL of plan_mapping_load(…): the counts that mapping_loads would have of a load, if it were landed now and dbt applied it
  with whatever waits for dbt. Decided by the query that the model runs (mapping_decisions()), over the rows that are
  landed and those that are given. STABLE, so that the database itself keeps it from writing.

  A load that is landed and waits is planned by its load id, with a NULL mode.
-#}
{%- set schema = target.schema -%}
{%- set corrected_aliases = company_enrichment.qualified('corrected_aliases') -%}
{%- set corrections = company_enrichment.qualified('company_id_corrections') -%}
{%- set decided = company_enrichment.qualified('mapping_changes') -%}
create or replace function {{ schema }}.plan_mapping_load(
    planned_load_id text, planned_source text, planned_mode text, planned_undoes text,
    line_nos integer[], match_types text[], alias_texts text[], company_ids text[], problems text[]
)
returns table (
    rows_read bigint, rows_inserted bigint, rows_updated bigint, rows_unchanged bigint, rows_rejected bigint,
    rows_conflicting bigint, rows_deleted bigint, rows_restored bigint, taken_over_from jsonb
)
language plpgsql
stable
set plan_cache_mode = force_custom_plan
as $body$
#variable_conflict use_column
begin
    {%- for is_there, mapping_changes in [(false, 'no_mapping_changes'), (true, decided)] %}
    if to_regclass('{{ schema }}.mapping_changes') is {{ 'not null' if is_there else 'null' }} then
        return query
        with
        {%- if not is_there %}

        no_mapping_changes as not materialized {{ company_enrichment.no_mapping_changes() | indent(8) }},
        {%- endif %}

        -- STABLE throughout: a volatile function would have the planner read all that is landed.
        planned_records as not materialized (

            select
                waiting.load_id,
                waiting.line_no,
                waiting.match_type,
                waiting.alias_text,
                waiting.company_id,
                waiting.problem,
                waiting.source,
                waiting.landed_at
            from {{ schema }}.mapping_records as waiting
            union all
            select
                planned_load_id as load_id,
                given.line_no,
                given.match_type,
                given.alias_text,
                given.company_id,
                given.problem,
                planned_source as source,
                statement_timestamp() as landed_at
            from unnest(line_nos, match_types, alias_texts, company_ids, problems)
                as given (line_no, match_type, alias_text, company_id, problem)

        ),

        planned_loads as not materialized (

            select
                landed.load_id,
                landed.source,
                landed.mode,
                landed.undoes,
                landed.landed_at
            from {{ schema }}.landed_loads as landed
            union all
            select
                planned_load_id as load_id,
                planned_source as source,
                planned_mode as mode,
                planned_undoes as undoes,
                statement_timestamp() as landed_at
            where planned_mode is not null

        )

        select
            {{ company_enrichment.counts_of_load('change') | indent(12) }}
        from (
            {{ company_enrichment.mapping_decisions(
                'planned_records', 'planned_loads', corrected_aliases, corrections, mapping_changes) | indent(12) }}
        ) as change
        where change.load_id = planned_load_id;
    end if;
    {%- endfor %}
end
$body$
;
revoke execute on function {{ schema }}.plan_mapping_load(
    text, text, text, text, integer[], text[], text[], text[], text[]
) from public
{% endmacro %}
