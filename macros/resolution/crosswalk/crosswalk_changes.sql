{% macro crosswalk_changes(crosswalk, ledger, company_mapping, company_lookup_cache, company_id_corrections, since=none) %}
{#-
  What has to be written to company_id_crosswalk, as a query: rows to be closed, because the id no longer stands for what
  they say, and rows to be opened.

  A temporary id stands for the company that its name is known as, or for the older id of its name; a corrected company id
  for the one that took its place. A temporary id that stood for a company and does so no more gets a row that says so
  (unresolved, without a company), and so does one whose name names nobody since the name rules changed (unresolvable): no
  record will ever carry it, unless the rules change again, which closes the row.

  Every join looks one row up by a unique key, so that the time is that of the ids considered whatever the planner expects.

  Arguments
    crosswalk               the rows so far; none when there are not any
    ledger                  the temporary ids
    company_mapping         the curated aliases
    company_lookup_cache    the best answer per name
    company_id_corrections  the corrections
    since                   what watermark() returned: only ids whose name has changed since are considered, or, when it is none, all
-#}
{%- set open_rows = crosswalk or company_enrichment.no_rows({
    'from_company_id': 'text', 'valid_from': 'timestamptz', 'to_company_id': 'text', 'kind': 'text', 'decided_by': 'text',
    'reason': 'text', 'valid_to': 'timestamptz', 'run_id': 'text'
}) -%}
with

considered as (

    {{ company_enrichment.considered_ids(
        crosswalk, ledger, company_mapping, company_lookup_cache, company_id_corrections, since) | indent(4) }}

),

targets as (

    {{ company_enrichment.crosswalk_targets(
        'considered', ledger, company_mapping, company_lookup_cache, company_id_corrections) | indent(4) }}

),

compared as (

    select
        targets.from_company_id,
        targets.to_company_id,
        targets.kind,
        targets.decided_by,
        targets.reason,
        targets.names_nobody,
        stored.valid_from as stored_valid_from,
        stored.to_company_id as stored_to_company_id,
        stored.kind as stored_kind,
        stored.decided_by as stored_decided_by,
        stored.reason as stored_reason,
        stored.run_id as stored_run_id
    from targets
    left join {{ open_rows | string | indent(4) }} as stored
        on targets.from_company_id = stored.from_company_id and stored.valid_to is null
    where
        -- A temporary id that the ledger does not know, because it was restored from an older dump, stands for what it stood for.
        (targets.is_known and targets.to_company_id is distinct from stored.to_company_id)
        or targets.names_nobody <> coalesce(stored.kind = 'unresolvable', false)

)

select
    from_company_id,
    stored_valid_from as valid_from,
    stored_to_company_id as to_company_id,
    stored_kind as kind,
    stored_decided_by as decided_by,
    stored_reason as reason,
    now() as valid_to,
    stored_run_id as run_id
from compared
where stored_valid_from is not null
union all
select
    from_company_id,
    now() as valid_from,
    to_company_id,
    case
        when names_nobody then 'unresolvable'
        when to_company_id is null then 'unresolved'
        else kind
    end as kind,
    case
        when names_nobody then 'rekeying'
        when to_company_id is null then stored_decided_by
        else decided_by
    end as decided_by,
    case
        when names_nobody then 'by the present name rules, its name names nobody'
        when to_company_id is null then 'the name is no longer known'
        else reason
    end as reason,
    cast(null as timestamptz) as valid_to,
    {{ company_enrichment.quoted(company_enrichment.run_id()) }} as run_id
from compared
where to_company_id is not null or stored_kind = 'resolved' or names_nobody
{%- endmacro %}
