{% macro prune_answers(older_than_days=none, execute=false) %}
{#-
  dbt run-operation prune_answers --args '{older_than_days: 400, execute: true}': deletes answers that lost against the best
  one of their name, have expired, and were read by company_lookup_cache; in blocks that commit by themselves. The best
  answer of each name stays: the cache can be made again from what is left.

  Arguments
    older_than_days  answers given in the last so many days stay
    execute          without it, how many would be deleted is said and nothing is changed
-#}
{%- do company_enrichment.begin_operation('prune_answers', {
    'older_than_days': [older_than_days, {'is': 'integer', 'from': 0, 'to': 36500, 'says': 'a number of days from 0 to 36500'}],
    'execute': [execute, {'is': 'boolean'}],
}) -%}
{%- set schema = target.schema -%}
{%- set noted -%}
select noted.watermark::text
from {{ schema }}.model_watermarks as noted
inner join (
    {{ company_enrichment.rules_in_force() | indent(4) }}
) as rules using (system_identifier, content_hash)
where noted.model = 'company_lookup_cache' and noted.watermark <= pg_snapshot_xmin(pg_current_snapshot())
{%- endset -%}
{%- set watermark = company_enrichment.value_of(noted) -%}
{%- if watermark is none -%}
    {%- call company_enrichment.refuse('prune_answers') -%}
        company_lookup_cache has not read the answers of this database by the rules in force. Build it first: dbt run
    {%- endcall -%}
{%- endif -%}
{%- set superseded -%}
select answer.answer_id
from {{ schema }}.lookup_answers as answer
inner join {{ schema }}.company_lookup_cache as cache
    on cache.normalized_name = answer.normalized_name and cache.answer_id <> answer.answer_id
where
    not {{ company_enrichment.is_lately_answered('answer') }}
    and answer.answered_at < now() - interval '{{ older_than_days }} days'
    and not {{ company_enrichment.is_changed('answer', watermark) }}
{%- endset -%}
{%- set counted -%}
select count(*)
from (
    {{ superseded | indent(4) }}
) as superseded
{%- endset -%}
{%- set found = company_enrichment.value_of(counted) | int -%}
{%- if execute -%}
    {%- for block in range(0, found, 10000) -%}
        {%- call company_enrichment.run_sql() -%}
delete from {{ schema }}.lookup_answers
where answer_id in (
    {{ superseded | indent(4) }}
    order by answer.answer_id
    limit 10000
)
        {%- endcall -%}
    {%- endfor -%}
{%- endif -%}
{%- call company_enrichment.say('prune_answers') -%}
    {{ 'deleted' if execute else 'would delete' }} {{ found }} answers{{ '' if execute else '; add execute: true' }}
{%- endcall -%}
{% endmacro %}
