{% macro crosswalk_changes(crosswalk, ledger, company_mapping, company_lookup_cache, company_id_corrections) %}
{#-
  What has to be written to company_id_crosswalk, as a query: rows to be closed, because the id no longer stands for what
  they say, and rows to be opened.

  A temporary id stands for the company that its name is known as, or for the older id of its name; a corrected company id
  for the one that took its place. A temporary id that stood for a company and does so no more gets a row that says so
  (unresolved, without a company).

  Arguments
    crosswalk               the rows so far; none when there are not any
    ledger                  the temporary ids
    company_mapping         the curated aliases
    company_lookup_cache    the best answer per name
    company_id_corrections  the corrections
-#}
with

known_names as (

    select
        alias_name as normalized_name,
        company_id,
        'mapping' as decided_by
    from {{ company_mapping }}
    where match_type = 'name' and company_id <> '__EMPTY__'
    union all
    select
        cache.normalized_name,
        cache.company_id,
        'lookup' as decided_by
    from {{ company_lookup_cache }} as cache
    left join {{ company_mapping }} as mapping
        on cache.normalized_name = mapping.alias_name and mapping.match_type = 'name'
    where cache.outcome = 'found' and mapping.alias_name is null

),

targets as (

    select
        ledger.temp_id as from_company_id,
        known_names.company_id as to_company_id,
        'resolved' as kind,
        known_names.decided_by,
        cast(null as text) as reason
    from {{ ledger }} as ledger
    inner join known_names on ledger.normalized_name = known_names.normalized_name
    union all
    select
        younger.temp_id as from_company_id,
        older.temp_id as to_company_id,
        'rekeyed' as kind,
        'rekeying' as decided_by,
        'the names of both have one key' as reason
    from {{ ledger }} as younger
    inner join {{ ledger }} as older on younger.redirected_to = older.temp_number
    union all
    select
        correction.from_company_id,
        correction.to_company_id,
        correction.kind,
        'correction ' || correction.correction_id as decided_by,
        correction.reason
    from {{ company_id_corrections }} as correction
    where {{ company_enrichment.replaces('correction') }}

),

open_rows as (

    {% if crosswalk %}
    select * from {{ crosswalk }}
    where valid_to is null
    {% else %}
    select
        cast(null as text) as from_company_id,
        cast(null as timestamptz) as valid_from,
        cast(null as text) as to_company_id,
        cast(null as text) as kind,
        cast(null as text) as decided_by,
        cast(null as text) as reason,
        cast(null as timestamptz) as valid_to,
        cast(null as text) as run_id
    where false
    {% endif %}

),

closed as (

    select
        open_rows.from_company_id,
        open_rows.valid_from,
        open_rows.to_company_id,
        open_rows.kind,
        open_rows.decided_by,
        open_rows.reason,
        now() as valid_to,
        open_rows.run_id
    from open_rows
    left join targets on open_rows.from_company_id = targets.from_company_id
    where targets.to_company_id is distinct from open_rows.to_company_id

),

opened as (

    select
        targets.from_company_id,
        now() as valid_from,
        targets.to_company_id,
        targets.kind,
        targets.decided_by,
        targets.reason,
        cast(null as timestamptz) as valid_to,
        '{{ company_enrichment.run_id() }}' as run_id
    from targets
    left join open_rows on targets.from_company_id = open_rows.from_company_id
    where targets.to_company_id is distinct from open_rows.to_company_id
    union all
    select
        closed.from_company_id,
        now() as valid_from,
        cast(null as text) as to_company_id,
        'unresolved' as kind,
        closed.decided_by,
        'the name is no longer known' as reason,
        cast(null as timestamptz) as valid_to,
        '{{ company_enrichment.run_id() }}' as run_id
    from closed
    left join targets on closed.from_company_id = targets.from_company_id
    where targets.from_company_id is null and closed.kind = 'resolved'

)

select * from closed
union all
select * from opened
{%- endmacro %}
