{# The seeds are named here, not read: `dbt build` then loads them before anything reads their landed rows.

   Does dbt say that this model depends on a node that was not found? The var mapping_seeds names it, and it is no seed.
   Put a file of that name into seeds/mappings, or take the name out of the var. (dbt looks before our code may say
   so.) #}
{% for seed in company_enrichment.mapping_seeds() %}
-- depends_on: {{ ref('company_enrichment' if seed == 'sample_mappings' else project_name, seed) }}
{% endfor %}
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
