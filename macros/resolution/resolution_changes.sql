{% macro resolution_changes(company_resolution, changes, because=none, since=none) %}
{#-
  What has to be appended to company_resolution_changes, as a query: the result compared with the last change on record.

  Arguments
    company_resolution  the result
    changes             the changes so far; none when there are not any
    because             the kind of every change, where an operation made it; told from the states otherwise
    since               what watermark() returned: results that have not changed since are not read
-#}
select
    resolution.record_id,
    coalesce(last_changes.change_number, 0) + 1 as change_number,
    last_changes.new_company_id as old_company_id,
    resolution.company_id as new_company_id,
    resolution.status as new_status,
    resolution.match_type,
    case
        when last_changes.record_id is null then 'new'
        {%- if because %}
        else '{{ because }}'
        {%- else %}
        when last_changes.new_status = 'temporary' and resolution.status = 'resolved' then 'repointed'
        when resolution.status = 'temporary' then 'unresolved'
        else 'changed'
        {%- endif %}
    end as kind,
    resolution.resolved_at as changed_at,
    {{ company_enrichment.quoted(company_enrichment.run_id()) }} as run_id,
    resolution.matched_key,
    resolution.mapping_load_id,
    resolution.answer_id,
    resolution.correction_id
from {{ company_resolution }} as resolution
{% if not changes -%}
left join {{ company_enrichment.no_rows({
    'record_id': 'text', 'change_number': 'integer', 'new_company_id': 'text', 'new_status': 'text'
}) }} as last_changes on resolution.record_id = last_changes.record_id
{% elif since is none -%}
left join (
    select distinct on (record_id)
        record_id,
        change_number,
        new_company_id,
        new_status
    from {{ changes }}
    order by record_id, change_number desc
) as last_changes on resolution.record_id = last_changes.record_id
{% else -%}
left join lateral (
    select
        change.record_id,
        change.change_number,
        change.new_company_id,
        change.new_status
    from {{ changes }} as change
    where change.record_id = resolution.record_id
    order by change.change_number desc
    limit 1
) as last_changes on true
{% endif -%}
where
    {{ company_enrichment.is_changed('resolution', since) }}
    and (
        last_changes.record_id is null
        or last_changes.new_company_id is distinct from resolution.company_id
        or last_changes.new_status <> resolution.status
    )
{%- endmacro %}
