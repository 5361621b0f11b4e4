{% macro refuse_undecided_mappings() %}
{#- After mapping_changes is written: every landed row that it has read is decided there. -#}
{%- set records = ref('stg_mapping_records') -%}
{%- if execute and is_incremental() and not company_enrichment.is_filled_at_once() -%}
    {%- set left_out -%}
    select landed.load_id || ' line ' || landed.line_no as key
    from {{ records }} as landed
    left join {{ company_enrichment.decided_lines(records, this, company_enrichment.watermark()) | indent(4) }} as decided
        on landed.load_id = decided.load_id and landed.line_no = decided.line_no
    where
        decided.load_id is null
        and {{ company_enrichment.is_changed('landed', company_enrichment.watermark()) }}
        and {{ company_enrichment.is_seen('landed') }}
    {%- endset -%}
    {%- do company_enrichment.refuse_left_out(left_out, "mapping rows without a decision") -%}
{%- endif -%}
{% endmacro %}
