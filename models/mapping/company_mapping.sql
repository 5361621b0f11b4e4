-- The curated aliases, and the company each stands for; retired ones are marked and resolve nothing.
{% set since = company_enrichment.watermark() %}
{% set of_keys %}
(
    select
        change.match_type,
        change.alias_name
    from {{ ref('mapping_changes') }} as change
    where change.claim in ('made', 'withdrawn') and {{ company_enrichment.is_changed('change', since) }}
)
{% endset %}
select
    aliases.*,
    pg_current_xact_id() as changed_in
from (
    {{ company_enrichment.company_aliases(
        ref('mapping_changes'), ref('stg_corrected_aliases'), ref('stg_company_id_corrections'),
        of_keys | trim | indent(8) if since is not none else none) | indent(4) }}
) as aliases
{{ company_enrichment.limit_of_empty_run() }}
