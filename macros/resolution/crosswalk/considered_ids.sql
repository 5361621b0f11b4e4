{% macro considered_ids(crosswalk, ledger, company_mapping, company_lookup_cache, company_id_corrections, since=none) %}
{#-
  The ids whose row of company_id_crosswalk may have to change, as a query of from_company_id: those whose name has changed
  since, found by index; all that there are when since is none.

  Arguments as those of crosswalk_changes().
-#}
{%- if since is none -%}
select temp_id as from_company_id
from {{ ledger }}
union
select from_company_id
from {{ company_id_corrections }}
{%- if crosswalk %}
union
select from_company_id
from {{ crosswalk }}
{%- endif %}
{%- else -%}
select changed.temp_id as from_company_id
from {{ ledger }} as changed
where {{ company_enrichment.is_changed('changed', since) }}
union
select named.temp_id as from_company_id
from {{ company_mapping }} as changed
inner join {{ ledger }} as named on changed.alias_name = named.normalized_name
where changed.match_type = 'name' and {{ company_enrichment.is_changed('changed', since) }}
union
select named.temp_id as from_company_id
from {{ company_lookup_cache }} as changed
inner join {{ ledger }} as named on changed.normalized_name = named.normalized_name
where {{ company_enrichment.is_changed('changed', since) }}
{%- endif %}
{%- endmacro %}
