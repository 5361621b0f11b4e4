{% macro resolution_rule(record_keys, id_column, company_mapping, company_lookup_cache) %}
{#-
  The resolution rule, as a query over a relation of record keys: for each row the first match
  type that hits, else the lookup cache by the customer's name key, else nothing. The online functions are rendered from
  the same match_types(); a test compares what they give with what the models do.

  Arguments
    record_keys           relation with id_column, the record keys of match_types(), and the texts that they were made of
    id_column             what identifies a row of it
    company_mapping       the curated aliases
    company_lookup_cache  the best answer per name
-#}
{%- set order = company_enrichment.match_types() -%}
select
    record_keys.{{ id_column }},
    record_keys.normalized_customer_name,
    record_keys.raw_plan_code,
    record_keys.raw_account_number,
    record_keys.customer_name,
    record_keys.account_name,
    record_keys.name_derived_from,
    case
        {%- for entry in order %}
        when by_{{ entry.match_type }}.alias_name is not null then '{{ entry.match_type }}'
        {%- endfor %}
        when by_lookup.normalized_name is not null then 'lookup'
    end as match_type,
    case
        {%- for entry in order %}
        when by_{{ entry.match_type }}.alias_name is not null then by_{{ entry.match_type }}.alias_name
        {%- endfor %}
        else by_lookup.normalized_name
    end as matched_key,
    case
        {%- for entry in order %}
        when by_{{ entry.match_type }}.alias_name is not null then nullif(by_{{ entry.match_type }}.company_id, '{{ company_enrichment.no_company() }}')
        {%- endfor %}
        else by_lookup.company_id
    end as company_id,
    case
        {%- for entry in order %}
        when by_{{ entry.match_type }}.alias_name is not null then 1.0000
        {%- endfor %}
        else by_lookup.confidence
    end as confidence,
    case
        {%- for entry in order %}
        when by_{{ entry.match_type }}.alias_name is not null then by_{{ entry.match_type }}.load_id
        {%- endfor %}
    end as mapping_load_id,
    case
        {%- for entry in order %}
        when by_{{ entry.match_type }}.alias_name is not null then null
        {%- endfor %}
        else by_lookup.answer_id
    end as answer_id,
    case
        {%- for entry in order %}
        when by_{{ entry.match_type }}.alias_name is not null then by_{{ entry.match_type }}.correction_id
        {%- endfor %}
        else by_lookup.correction_id
    end as correction_id
from {{ record_keys }} as record_keys
{%- for entry in order %}
left join {{ company_mapping }} as by_{{ entry.match_type }}
    on
        by_{{ entry.match_type }}.match_type = '{{ entry.match_type }}'
        and record_keys.{{ entry.record_key }} = by_{{ entry.match_type }}.alias_name
        and by_{{ entry.match_type }}.retired_at is null
{%- endfor %}
left join {{ company_lookup_cache }} as by_lookup
    on
        by_lookup.outcome = 'found'
        and record_keys.normalized_customer_name = by_lookup.normalized_name
{%- endmacro %}
