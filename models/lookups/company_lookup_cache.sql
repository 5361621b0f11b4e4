-- The best answer to each name that a registry was ever asked for.
{% set since = company_enrichment.watermark() %}
{% set of_names %}
in (
    select changed.normalized_name
    from {{ ref('stg_lookup_answers') }} as changed
    where {{ company_enrichment.is_changed('changed', since) }}
)
{% endset %}
select
    answers.*,
    pg_current_xact_id() as changed_in
from (
    {{ company_enrichment.best_answers(
        ref('stg_lookup_answers'), ref('stg_corrected_aliases'), ref('stg_company_id_corrections'),
        of_names | trim | indent(4) if since is not none else none) | indent(4) }}
) as answers
{{ company_enrichment.limit_of_empty_run() }}
