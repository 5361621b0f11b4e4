{% macro rekey_corrected_aliases() %}
{#-
  The aliases that corrections hold by their new keys. Where two in force meet, the later decision holds; where two of one
  decision meet, one row is enough.
-#}
{%- set schema = target.schema -%}
{%- call company_enrichment.run_sql() -%}
create temporary table rekeyed_corrected on commit drop as
select
    held.match_type,
    coalesce(
        case
            when held.match_type = 'lookup' then {{ schema }}.normalize_company_name(held.alias_text)
            else {{ schema }}.mapping_alias_name(held.match_type, held.alias_text)
        end,
        held.alias_name
    ) as alias_name,
    held.correction_id,
    held.alias_text,
    held.company_id,
    held.superseded_by
from {{ schema }}.corrected_aliases as held
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
delete from {{ schema }}.corrected_aliases
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
insert into {{ schema }}.corrected_aliases (
    match_type, alias_name, correction_id, alias_text, company_id, superseded_by, key_version
)
select
    made.match_type,
    made.alias_name,
    made.correction_id,
    made.alias_text,
    made.company_id,
    coalesce(
        made.superseded_by,
        nullif(
            max(made.correction_id) filter (where made.superseded_by is null) over (partition by made.match_type, made.alias_name),
            made.correction_id
        )
    ),
    {{ schema }}.company_name_key_version()
from (
    select distinct on (match_type, alias_name, correction_id) *
    from rekeyed_corrected
    order by match_type, alias_name, correction_id, superseded_by nulls first, alias_text
) as made
{%- endcall -%}
{% endmacro %}
