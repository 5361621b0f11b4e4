{% macro refuse_unread_answers() %}
{#- After company_lookup_cache is written: every name whose answers it has read has the best of them there. -#}
{%- set answers = ref('stg_lookup_answers') -%}
{%- set corrected_aliases = ref('stg_corrected_aliases') -%}
{%- set company_id_corrections = ref('stg_company_id_corrections') -%}
{%- if execute and is_incremental() -%}
    {%- set seen -%}
    (
        select answer.*
        from {{ answers }} as answer
        where {{ company_enrichment.is_seen('answer') }}
    )
    {%- endset -%}
    {%- set of_names -%}
    in (
        select changed.normalized_name
        from {{ answers }} as changed
        where
            {{ company_enrichment.is_changed('changed', company_enrichment.watermark()) }}
            and {{ company_enrichment.is_seen('changed') }}
    )
    {%- endset -%}
    {%- set left_out -%}
    select best.asked_name as key
    from (
        {{ company_enrichment.best_answers(seen, corrected_aliases, company_id_corrections, of_names) }}
    ) as best
    left join {{ this }} as stored on best.normalized_name = stored.normalized_name
    where
        stored.normalized_name is null
        -- The model has read what was committed in between, too: that may be better still.
        or (
            not exists (
                select from {{ answers }} as later
                where later.normalized_name = best.normalized_name and not {{ company_enrichment.is_seen('later') }}
            )
            and (stored.answer_id, stored.company_id) is distinct from (best.answer_id, best.company_id)
        )
    {%- endset -%}
    {%- do company_enrichment.refuse_left_out(left_out, "answered names without an answer, or without the best") -%}
{%- endif -%}
{% endmacro %}
