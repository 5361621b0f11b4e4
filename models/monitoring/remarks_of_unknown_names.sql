-- Texts at an end of unknown names that look like remarks no marker covers: each holds back the names that have it.
-- Only unknown names are read, and the keys that they would have without the text are looked up by index.
with

unknown_names as (

    -- Folded, without the remarks that are known.
    select
        normalized_name,
        name,
        records,
        {{ target.schema }}.company_name_without_remarks(name) as words
    from {{ ref('unresolved_names') }}
    -- Most names are letters alone, in which nothing is set off.
    where name ~ '[^[:alnum:]]'

),

taken_apart as (

    select
        normalized_name,
        name,
        records,
        regexp_match(words, {{ company_enrichment.remark_at('last') }}) as last_off,
        regexp_match(words, {{ company_enrichment.remark_at('first') }}) as first_off
    from unknown_names

),

split_names as (

    select
        normalized_name,
        name,
        records,
        btrim(last_off[2]) as remark,
        last_off[1] as rest
    from taken_apart
    where last_off is not null
    union all
    select
        normalized_name,
        name,
        records,
        btrim(first_off[1]) as remark,
        first_off[2] as rest
    from taken_apart
    where first_off is not null

),

candidates as materialized (

    select
        normalized_name,
        name,
        records,
        remark,
        {{ target.schema }}.normalize_company_name(rest) as key_without_remark,
        {{ target.schema }}.normalize_company_name(remark) as key_of_remark
    from split_names
    where
        char_length(remark) between 1 and 12
        and not {{ company_enrichment.is_part_of_names('remark') | indent(8) }}

),

judged as (

    select
        candidates.remark,
        candidates.normalized_name,
        candidates.name,
        candidates.records,
        (
            exists (
                select
                from {{ ref('company_mapping') }} as alias
                where
                    alias.match_type = any({{ company_enrichment.customer_name_match_types() }})
                    and alias.alias_name = candidates.key_without_remark
                    and alias.retired_at is null
            )
            or exists (
                select
                from {{ ref('company_lookup_cache') }} as answer
                where answer.normalized_name = candidates.key_without_remark and answer.outcome = 'found'
            )
        ) as is_known_without_it,
        (
            exists (
                select
                from {{ ref('customer_record_keys') }} as record_keys
                where record_keys.normalized_customer_name = candidates.key_without_remark
            )
        ) as is_repeated_without_it
    from candidates
    where
        candidates.key_without_remark is not null
        and char_length(candidates.key_without_remark) > 1
        -- What is a name itself is no remark: the name before it is one.
        and not exists (
            select
            from {{ ref('customer_record_keys') }} as record_keys
            where record_keys.normalized_customer_name = candidates.key_of_remark
        )

)

select
    remark,
    count(distinct normalized_name) as names,
    sum(records) as records,
    count(distinct normalized_name) filter (where is_known_without_it) as names_known_without_it,
    count(distinct normalized_name) filter (where is_repeated_without_it) as names_repeated_without_it,
    (
        array_agg(name order by is_known_without_it desc, is_repeated_without_it desc, records desc, name)
    )[1] as example_name,
    'name_status_markers' as variable
from judged
group by remark
having
    bool_or(is_known_without_it or is_repeated_without_it)
    -- Many names with one Chinese text; what belongs to names was left out above.
    or (count(distinct normalized_name) >= 5 and char_length(remark) > 1 and remark ~ '[一-龥]')
