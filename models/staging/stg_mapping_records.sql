{# The seeds are named here, not read: `dbt build` then loads them before anything reads their landed rows. #}
{% if project_name == 'company_enrichment' %}
{% for seed in var('mapping_seeds') %}
-- depends_on: {{ ref(seed) }}
{% endfor %}
{% endif %}
select
    load_id,
    line_no,
    source,
    match_type,
    alias_text,
    company_id,
    problem,
    landed_at,
    changed_in
from {{ source('operations', 'mapping_records') }}
