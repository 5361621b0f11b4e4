{% macro affected_record_keys(record_keys, company_mapping, company_lookup_cache, since) %}
{#-
  The keys of the records that may have to be resolved anew, as a query: records that are new or changed, that have a
  key whose alias has changed, or whose name was answered. Found by index, each kind by its own, so that no other row is
  read; all records when since is none.

  Arguments
    record_keys           the keys of all records
    company_mapping       the curated aliases
    company_lookup_cache  the best answer per name
    since                 what watermark() returned
-#}
{%- if since is none -%}
select * from {{ record_keys }}
{%- else -%}
select record_keys.*
from (
    select changed.record_id
    from {{ record_keys }} as changed
    where {{ company_enrichment.is_changed('changed', since) }}
    {%- for entry in company_enrichment.match_types() %}
    union
    select named.record_id
    from {{ company_mapping }} as changed
    inner join {{ record_keys }} as named on changed.alias_name = named.{{ entry.record_key }}
    where changed.match_type = '{{ entry.match_type }}' and {{ company_enrichment.is_changed('changed', since) }}
    {%- endfor %}
    union
    select named.record_id
    from {{ company_lookup_cache }} as changed
    inner join {{ record_keys }} as named on changed.normalized_name = named.normalized_customer_name
    where {{ company_enrichment.is_changed('changed', since) }}
) as affected
inner join {{ record_keys }} as record_keys on affected.record_id = record_keys.record_id
{%- endif -%}
{%- endmacro %}
