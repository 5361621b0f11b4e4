{% macro refuse_unread_decisions() %}
{#- After company_mapping is written: every alias that the decisions it has read are about is there, as they want it. -#}
{%- set mapping_changes = ref('mapping_changes') -%}
{%- set corrected_aliases = ref('stg_corrected_aliases') -%}
{%- set company_id_corrections = ref('stg_company_id_corrections') -%}
{%- if execute and is_incremental() and not company_enrichment.is_filled_at_once() -%}
    {%- set of_keys -%}
    (
        select change.match_type, change.alias_name
        from {{ mapping_changes }} as change
        where
            change.claim in ('made', 'withdrawn')
            and {{ company_enrichment.is_changed('change', company_enrichment.watermark()) }}
    )
    {%- endset -%}
    {%- set left_out -%}
    select alias.match_type || ' ' || alias.alias_name as key
    from (
        {{ company_enrichment.aliases_in_force(mapping_changes, corrected_aliases, company_id_corrections, of_keys) }}
    ) as alias
    left join {{ this }} as stored on alias.alias_name = stored.alias_name and alias.match_type = stored.match_type
    where
        stored.alias_name is null
        or (stored.company_id, stored.load_id, stored.retired_at is null)
        is distinct from (alias.company_id, alias.load_id, alias.retired_at is null)
    {%- endset -%}
    {%- do company_enrichment.refuse_left_out(left_out, "aliases that are missing, or not as decided") -%}
{%- endif -%}
{% endmacro %}
