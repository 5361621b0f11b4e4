{% macro run_summary() %}
{#-
  The counts of a run as assignments to enrichment_runs as run. Every record is counted once:
  records = sum of resolved_by_match_type + resolved_by_lookup + without_company + temporary + unresolvable.

  None of them reads a table that grows: the totals are kept by whoever writes the result, the rest is found by indexes.
-#}
{%- set schema = target.schema -%}
(records, resolved_by_match_type, resolved_by_lookup, without_company, temporary, unresolvable) = (
    select
        coalesce(sum(coverage.records), 0),
        coalesce(
            jsonb_object_agg(coverage.match_type, coverage.records order by coverage.match_type)
                filter (where coverage.status = 'resolved' and coverage.match_type <> 'lookup'),
            '{}'
        ),
        coalesce(sum(coverage.records) filter (where coverage.status = 'resolved' and coverage.match_type = 'lookup'), 0),
        coalesce(sum(coverage.records) filter (where coverage.status = 'no_company'), 0),
        coalesce(sum(coverage.records) filter (where coverage.status = 'temporary'), 0),
        coalesce(sum(coverage.records) filter (where coverage.status = 'unresolvable'), 0)
    from {{ schema }}.resolution_totals as coverage
    where coverage.records > 0
),
mapping_conflicts = (
    select count(*)
    from (
        {{ company_enrichment.mapping_conflicts(
            company_enrichment.qualified('mapping_changes'),
            company_enrichment.qualified('company_mapping'),
            company_enrichment.qualified('landed_loads'),
            company_enrichment.qualified('corrected_aliases'),
            company_enrichment.qualified('company_id_corrections')) | indent(8) }}
    ) as conflicts
    where conflicts.is_open
),
queue = (
    select coalesce(jsonb_object_agg(requests.status, requests.requests), '{}')
    from (
        select request.status, count(*) as requests
        from {{ schema }}.lookup_requests as request
        where request.finished_at is null or request.finished_at >= run.started_at
        group by request.status
    ) as requests
),
changes = (
    select coalesce(jsonb_object_agg(changed.kind, changed.records), '{}')
    from (
        select change.kind, count(*) as records
        from {{ schema }}.company_resolution_changes as change
        where change.run_id = {{ company_enrichment.quoted(company_enrichment.run_id()) }}
        group by change.kind
    ) as changed
),
repointed_temporary_ids = (
    select count(*)
    from {{ schema }}.company_id_crosswalk as crosswalk
    where crosswalk.run_id = {{ company_enrichment.quoted(company_enrichment.run_id()) }} and crosswalk.valid_to is null
        and crosswalk.kind <> 'unresolvable'
)
{%- endmacro %}
