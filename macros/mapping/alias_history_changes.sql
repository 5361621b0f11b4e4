{% macro alias_history_changes(company_mapping, history, since=none) %}
{#-
  What has to be written to company_mapping_history, as a query: rows to be closed, because the alias stands for another
  company or is retired, rows to be opened, and open rows that rest on another statement by now, after an undo for example: an
  open row names source, load and correction as the alias does.

  Arguments
    company_mapping  the curated aliases
    history          the rows so far; none when there are not any
    since            what watermark() returned: aliases that have not changed since are not read
-#}
{%- set open_rows = history or company_enrichment.no_rows({
    'alias_name': 'text', 'match_type': 'text', 'valid_from': 'timestamptz', 'valid_to': 'timestamptz', 'alias_text': 'text',
    'company_id': 'text', 'source': 'text', 'load_id': 'text', 'correction_id': 'bigint'
}) -%}
with

compared as (

    select
        alias.alias_name,
        alias.match_type,
        alias.alias_text,
        alias.company_id,
        alias.source,
        alias.load_id,
        alias.correction_id,
        alias.retired_at,
        (case when alias.retired_at is null then alias.company_id end is distinct from open_row.company_id) as is_moved,
        open_row.valid_from as open_from,
        open_row.alias_text as open_alias_text,
        open_row.company_id as open_company_id,
        open_row.source as open_source,
        open_row.load_id as open_load_id,
        open_row.correction_id as open_correction_id,
        case
            when coalesce(alias.retired_at, alias.updated_at) <= open_row.valid_from then now()
            else coalesce(alias.retired_at, alias.updated_at)
        end as changed_at
    from {{ company_mapping }} as alias
    left join {{ open_rows | string | indent(4) }} as open_row
        on
            alias.alias_name = open_row.alias_name
            and alias.match_type = open_row.match_type
            and open_row.valid_to is null
    where
        {{ company_enrichment.is_changed('alias', since) }}
        and (
            case when alias.retired_at is null then alias.company_id end is distinct from open_row.company_id
            or (
                alias.retired_at is null
                and (alias.source, alias.load_id, alias.correction_id)
                is distinct from (open_row.source, open_row.load_id, open_row.correction_id)
            )
        )

)

select
    alias_name,
    match_type,
    open_from as valid_from,
    changed_at as valid_to,
    open_alias_text as alias_text,
    open_company_id as company_id,
    open_source as source,
    open_load_id as load_id,
    open_correction_id as correction_id
from compared
where is_moved and open_from is not null
union all
select
    alias_name,
    match_type,
    case when is_moved then changed_at else open_from end as valid_from,
    cast(null as timestamptz) as valid_to,
    alias_text,
    company_id,
    source,
    load_id,
    correction_id
from compared
where retired_at is null
{%- endmacro %}
