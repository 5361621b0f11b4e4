{% macro rekey_mappings() %}
{#-
  The decisions about mappings by their new keys, and the aliases that follow. What was decided stays: that the keys of
  several companies have met, or that an alias is no name any more, is decided anew, as a load of its own (rekey:<run>).
-#}
{%- set schema = target.schema -%}
{%- set load_id = company_enrichment.quoted(['rekey:', company_enrichment.run_id()] | join) -%}
{%- set version = company_enrichment.qualified('company_name_key_version()') -%}
{%- set names = company_enrichment.name_match_types() -%}
{%- set changes = company_enrichment.qualified('mapping_changes') -%}
{%- call company_enrichment.run_sql() -%}
update {{ changes }}
set
    alias_name = {{ schema }}.normalize_company_name(alias_text),
    key_version = {{ version }},
    changed_in = pg_current_xact_id()
where match_type in ({{ names }}) and outcome <> 'rejected' and key_version is distinct from {{ version }}
{%- endcall -%}
{#- Codes have no version. -#}
{%- call company_enrichment.run_sql() -%}
update {{ changes }}
set alias_name = {{ schema }}.normalize_code(alias_text), changed_in = pg_current_xact_id()
where
    match_type not in ({{ names }})
    and outcome <> 'rejected'
    and alias_name is distinct from {{ schema }}.normalize_code(alias_text)
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
create temporary table rekey_decisions on commit drop as
select
    row_number() over (order by match_type, new_key, place)::integer + 1 as line_no,
    source,
    match_type,
    alias_text,
    new_key,
    named_company_id,
    case
        when new_key is null then 'rejected'
        when place = 1 then 'updated'
        when company_id = winning_company_id then 'unchanged'
        else 'conflict'
    end as outcome,
    case
        when new_key is null
            then 'by the present rules, the alias ' || {{ schema }}.mapping_alias_fault(match_type, alias_text)
        when company_id <> winning_company_id
            then 'since the name rules changed, its key is also that of ' || winning_text
    end as reason,
    winning_source,
    winning_company_id
from rekeyed_aliases
where not is_retired and (is_contested or new_key is null)
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
insert into {{ schema }}.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)
select {{ load_id }}, line_no, source, match_type, alias_text, named_company_id
from rekey_decisions
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
insert into {{ changes }} (
    load_id, line_no, source, match_type, alias_text, alias_name, key_version, company_id, outcome, rule, reason,
    previous_company_id, previous_source, claim, load_number, claim_number, load_landed_at, decided_at, run_id, changed_in
)
select
    {{ load_id }},
    line_no,
    source,
    match_type,
    alias_text,
    new_key,
    case when match_type in ({{ names }}) then {{ version }} end,
    named_company_id,
    outcome,
    case when outcome = 'conflict' then 'first line' end,
    reason,
    case when new_key is not null then winning_company_id end,
    case when new_key is not null then winning_source end,
    case when outcome = 'updated' then 'made' end,
    last_number + 1,
    case when outcome = 'updated' then last_number + 1 end,
    now(),
    now(),
    {{ company_enrichment.quoted(company_enrichment.run_id()) }},
    pg_current_xact_id()
from rekey_decisions
cross join (select coalesce(max(load_number), 0) as last_number from {{ changes }}) as numbers
{%- endcall -%}
{%- set aliases = company_enrichment.company_aliases(
    changes, company_enrichment.qualified('corrected_aliases'), company_enrichment.qualified('company_id_corrections')) -%}
{%- call company_enrichment.run_sql() -%}
delete from {{ schema }}.company_mapping as stored
where not exists (
    select from (
        {{ aliases | indent(8) }}
    ) as alias
    where alias.match_type = stored.match_type and alias.alias_name = stored.alias_name
)
{%- endcall -%}
{%- do company_enrichment.merge_into_model('company_mapping', aliases, ['updated_at']) -%}
{%- call company_enrichment.run_sql() -%}
update {{ schema }}.company_mapping_history as ended
set valid_to = now()
where
    ended.valid_to is null
    and not exists (
        select from {{ schema }}.company_mapping as alias
        where alias.match_type = ended.match_type and alias.alias_name = ended.alias_name
    )
{%- endcall -%}
{%- do company_enrichment.merge_alias_history() -%}
{% endmacro %}
