{% macro prepare_rekeying() %}
{#-
  Temporary tables of what the new keys join, made before any of them is written:
    rekeyed_temp_ids  temp_number, new_key, and keeper: the oldest id of that key
    rekeyed_aliases   the aliases by their new keys, and their place among those of one key, the winner first
    rekeyed_requests  id, new_key, is_open, and keeper: the oldest open request of that key
    ended_answers     the answers without a company that spare asking and whose key changes, by answer_id, asked_name and outcome
-#}
{%- set schema = target.schema -%}
{%- call company_enrichment.run_sql() -%}
create temporary table rekeyed_temp_ids on commit drop as
select
    given.temp_number,
    given.new_key,
    min(given.temp_number) over (partition by given.new_key) as keeper
from (
    select temp_number, pg_temp.normalize_company_name(first_name) as new_key
    from {{ schema }}.temp_company_ids
    where first_name is not null
) as given
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
create temporary table rekeyed_aliases on commit drop as
select
    given.*,
    min(given.company_id) filter (where not given.is_retired) over of_key
    <> max(given.company_id) filter (where not given.is_retired) over of_key
    or bool_or(given.is_retired) over of_key and not bool_and(given.is_retired) over of_key as is_contested,
    row_number() over ranked as place,
    first_value(given.alias_text) over ranked as winning_text,
    first_value(given.source) over ranked as winning_source,
    first_value(given.company_id) over ranked as winning_company_id
from (
    select
        aliases.*,
        aliases.retired_at is not null as is_retired,
        held.correction_id as held_by,
        pg_temp.mapping_alias_name(aliases.match_type, aliases.alias_text) as new_key
    from (
        {{ company_enrichment.stored_aliases_in_force() | indent(8) }}
    ) as aliases
    left join {{ schema }}.corrected_aliases as held
        on
            held.match_type = aliases.match_type
            and held.alias_name = aliases.alias_name
            and held.superseded_by is null
) as given
window
    of_key as (partition by given.match_type, given.new_key),
    ranked as (
        of_key order by
            given.is_retired,
            given.held_by desc nulls last,
            {{ schema }}.mapping_source_priority(given.source),
            given.last_decided_at,
            given.load_id,
            given.line_no
    )
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
create temporary table rekeyed_requests on commit drop as
select
    given.id,
    given.new_key,
    given.is_open,
    min(given.id) filter (where given.is_open) over (partition by given.new_key) as keeper
from (
    select id, pg_temp.normalize_company_name(name) as new_key, finished_at is null as is_open
    from {{ schema }}.lookup_requests
) as given
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
create temporary table ended_answers on commit drop as
select answer.answer_id, answer.asked_name, answer.outcome
from {{ schema }}.lookup_answers as answer
where
    answer.outcome <> 'found'
    and {{ company_enrichment.is_lately_answered('answer') }}
    and pg_temp.normalize_company_name(answer.asked_name) <> answer.normalized_name
{%- endcall -%}
{% endmacro %}
