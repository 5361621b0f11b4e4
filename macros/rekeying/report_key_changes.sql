{% macro report_key_changes(execute) %}
{#-
  Logs how many stored keys change, table by table, which names part or name nobody any more, and which keys meet. Returns
  how many keys were made by other rules than the new ones, changed or not.

  Argument
    execute  whether it will be done, or only would
-#}
{%- set found = namespace(keys=0) -%}
{%- for stored in company_enrichment.stored_keys() -%}
    {%- set counted -%}
select
    count(*),
    count(*) filter (where made.new_key is distinct from made.old_key),
    count(*) filter (where made.new_key is null and made.old_key is not null)
from (
    select {{ stored.key }} as old_key, {{ stored.made }} as new_key
    from {{ target.schema }}.{{ stored.table }}
    where ({{ stored.where }}) and {{ stored.is_old }}
) as made
    {%- endset -%}
    {%- set counts = run_query(counted).rows[0] -%}
    {%- set found.keys = found.keys + counts[0] | int -%}
    {%- if counts[0] -%}
        {%- call company_enrichment.say('rekey_company_names') -%}
            {{ stored.table }}.{{ stored.key }}: {{ counts[1] }} of {{ counts[0] }} keys {{ '' if execute else 'would ' }}change,
            {{ counts[2] }} names nobody now
        {%- endcall -%}
    {%- endif -%}
{%- endfor -%}
{#- Names that had one key and have several now, each by one of its spellings. -#}
{%- set parted -%}
select string_agg(coalesce(made.name, '(nobody)'), ' | ' order by made.new_key) || ' (' || made.old_key || ')'
from (
    select
        keys.normalized_customer_name as old_key,
        pg_temp.normalize_company_name(keys.customer_name) as new_key,
        min(keys.customer_name) as name
    from {{ target.schema }}.customer_record_keys as keys
    where keys.normalized_customer_name is not null and keys.key_version is distinct from pg_temp.company_name_key_version()
    group by 1, 2
) as made
group by made.old_key
having count(*) > 1
order by made.old_key
{%- endset -%}
{%- set nobody -%}
select distinct made.name || ': ' || pg_temp.company_name_fault(made.name)
from (
    select keys.customer_name as name
    from {{ target.schema }}.customer_record_keys as keys
    where keys.normalized_customer_name is not null and keys.key_version is distinct from pg_temp.company_name_key_version()
    union all
    select aliases.alias_text
    from rekeyed_aliases as aliases
    where aliases.match_type in ({{ company_enrichment.name_match_types() }}) and aliases.new_key is null
) as made
where pg_temp.normalize_company_name(made.name) is null
order by 1
{%- endset -%}
{%- set no_codes -%}
select aliases.match_type || ' ' || aliases.alias_text || ': ' || pg_temp.code_fault(aliases.alias_text)
from rekeyed_aliases as aliases
where aliases.match_type not in ({{ company_enrichment.name_match_types() }}) and aliases.new_key is null
order by 1
{%- endset -%}
{%- set redirected -%}
select ledger.temp_id || ' (' || ledger.first_name || ') to ' || older.temp_id || ' (' || older.first_name || ')'
from rekeyed_temp_ids as made
inner join {{ target.schema }}.temp_company_ids as ledger on ledger.temp_number = made.temp_number
inner join {{ target.schema }}.temp_company_ids as older on older.temp_number = made.keeper
where made.new_key is not null and made.keeper <> made.temp_number and ledger.redirected_to is distinct from made.keeper
order by made.temp_number
{%- endset -%}
{%- set losing -%}
select match_type || ' ' || alias_text || ' of ' || company_id || ' to ' || winning_text || ' of ' || winning_company_id
from rekeyed_aliases
where is_contested and not is_retired and company_id <> winning_company_id and new_key is not null
order by match_type, new_key, place
{%- endset -%}
{%- set folded -%}
select request.name || ' (' || request.id || ') into ' || made.keeper
from rekeyed_requests as made
inner join {{ target.schema }}.lookup_requests as request on request.id = made.id
where made.is_open and made.new_key is not null and made.keeper <> made.id
order by made.id
{%- endset -%}
{%- set ended -%}
select asked_name || ': ' || outcome
from ended_answers
order by asked_name, answer_id
{%- endset -%}
{%- for what, query in [
    ('names that part', parted),
    ('names that name nobody', nobody),
    ('codes that are none', no_codes),
    ('temporary ids redirected to an older one', redirected),
    ('aliases that lose their key to another company', losing),
    ('open requests folded into an older one', folded),
    ('answers without a company that end, so that their names are asked for again', ended),
] -%}
    {%- set rows = run_query(query).rows -%}
    {%- if rows -%}
        {%- call company_enrichment.say('rekey_company_names') -%}
            {{ rows | length }} {{ what }}{{ ':' if execute else ', if it is done:' }}
        {%- endcall -%}
        {%- do company_enrichment.say_rows(rows) -%}
    {%- endif -%}
{%- endfor -%}
{{- return(found.keys) -}}
{% endmacro %}
