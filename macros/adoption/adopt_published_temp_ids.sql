{% macro adopt_published_temp_ids(published, plan_only) %}
{#-
  Enters the ids of the var published_temp_ids in the ledger, so that none is issued again: with its name where an id stands
  for one name and the name for no other id, as a mere number otherwise. Ids that have names are listed in adopted_temp_ids.
  Returns what was done.

  Arguments
    published  what published_temp_ids() returned
    plan_only  only read
-#}
{%- set ledger = company_enrichment.table_or_empty('temp_company_ids', {'temp_number': 'integer', 'temp_id': 'text', 'normalized_name': 'text'}) -%}
{%- set judge -%}
with found as materialized (
    select distinct on (published.temp_id, named.normalized_name, published.relation)
        published.temp_id,
        named.normalized_name,
        published.name,
        published.relation,
        published.entry
    from (
        {%- for entry in published %}
        select distinct
            {{ loop.index }} as entry,
            {{ entry.column }}::text as temp_id,
            cast({{ entry.name_column or 'null' }} as text) as name,
            {{ company_enrichment.quoted(entry.name) }} as relation
        from {{ entry.relation }}
        where {{ company_enrichment.is_temporary_id([entry.column, '::text'] | join) }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as published
    cross join lateral (
        select {{ target.schema }}.normalize_company_name(published.name) as normalized_name
    ) as named
    order by published.temp_id, named.normalized_name, published.relation, published.entry, published.name collate "C"
),

judged as materialized (
    {{ company_enrichment.judged_temp_ids('found', ledger) | indent(4) }}
),

ids as materialized (
    select
        judged.temp_id,
        {{ company_enrichment.temp_number_of('judged.temp_id') }}::integer as temp_number,
        min(judged.normalized_name) as normalized_name,
        (array_agg(judged.name order by judged.entry, judged.name collate "C") filter (where judged.normalized_name is not null))[1]
            as first_name,
        case
            when bool_or(judged.why is not null) then 'ambiguous'
            when bool_or(issued.temp_number is not null) then 'known'
            when max(judged.normalized_name) is not null then 'named'
            else 'unnamed'
        end as outcome
    from judged
    left join {{ ledger }} as issued on issued.temp_id = judged.temp_id
    group by judged.temp_id
)
{%- endset -%}
{%- set write -%}
,

entered as (
    insert into {{ target.schema }}.temp_company_ids (temp_number, normalized_name, first_name)
    select
        ids.temp_number,
        case when ids.outcome = 'named' then ids.normalized_name end,
        case when ids.outcome = 'named' then ids.first_name end
    from ids
    order by ids.temp_number
    on conflict (temp_number) do nothing
),

reached as (
    update {{ target.schema }}.temp_id_high_water
    set
        highest_issued = greatest(highest_issued, (select max(ids.temp_number) from ids)),
        updated_at = now()
),

listed as (
    insert into {{ target.schema }}.adopted_temp_ids (temp_id, normalized_name, relation, name)
    select judged.temp_id, judged.normalized_name, judged.relation, judged.name
    from judged
    where judged.normalized_name is not null
    on conflict (temp_id, normalized_name, relation) do nothing
)
{%- endset -%}
{%- set counts = {'named': 0, 'unnamed': 0, 'ambiguous': 0, 'known': 0} -%}
{%- set outcomes -%}
{{ judge }}{{ '' if plan_only else write }}

select ids.outcome, count(*)
from ids
group by ids.outcome
{%- endset -%}
{%- for outcome, rows in run_query(outcomes).rows -%}
    {%- do counts.update({outcome: rows}) -%}
{%- endfor -%}
{%- set what -%}
enter published temporary ids: {{ counts.values() | sum }} read = {{ counts.named }} with their names + {{ counts.unnamed }} without a name
  + {{ counts.ambiguous }} ambiguous + {{ counts.known }} known already
{%- endset -%}
{{- return(company_enrichment.one_line(what)) -}}
{% endmacro %}
