{% macro reenter_read_rows() %}
{#-
  DDL of reenter_read_rows(): enters landed rows that a model has read, but whose table does not have them any more, again:
  answers of registries, which were paid for, from company_lookup_cache, and loads from mapping_loads. Their table was
  restored from an older dump. One row for each table that was incomplete: its name, and how many rows were entered.

  An answer that had lost against another one, what a registry gave as evidence, and the content hash of a load that was no
  seed are not known any more. Called by the run hook, whose user may not write answers.
-#}
create or replace function {{ target.schema }}.reenter_read_rows()
returns table (table_name text, entered bigint)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $body$
#variable_conflict use_column
begin
    if to_regclass('{{ target.schema }}.company_lookup_cache') is not null then
        insert into {{ target.schema }}.lookup_answers (
            answer_id, provider, asked_name, normalized_name, key_version, outcome, company_id, company_name, confidence, answered_at
        )
        overriding system value
        select
            cached.answer_id,
            cached.provider,
            cached.asked_name,
            cached.normalized_name,
            coalesce(cached.key_version, {{ target.schema }}.company_name_key_version()),
            cached.outcome,
            cached.answered_company_id,
            cached.company_name,
            cached.confidence,
            cached.answered_at
        from {{ target.schema }}.company_lookup_cache as cached
        left join {{ target.schema }}.lookup_answers as answer on cached.answer_id = answer.answer_id
        where answer.answer_id is null
        on conflict do nothing;
        get diagnostics entered = row_count;
        table_name := 'lookup_answers';
        if entered > 0 then
            return next;
        end if;
    end if;

    if to_regclass('{{ target.schema }}.mapping_loads') is not null then
        insert into {{ target.schema }}.landed_loads (load_id, source, mode, undoes, content_hash, landed_at, landed_by)
        select
            counted.load_id,
            counted.source,
            counted.mode,
            counted.undoes,
            case when starts_with(counted.source, 'seed:') then right(counted.load_id, 32) end,
            counted.landed_at,
            null
        from {{ target.schema }}.mapping_loads as counted
        left join {{ target.schema }}.landed_loads as landed on counted.load_id = landed.load_id
        where landed.load_id is null and counted.source is not null and counted.landed_at is not null
        on conflict do nothing;
        get diagnostics entered = row_count;
        table_name := 'landed_loads';
        if entered > 0 then
            return next;
        end if;
    end if;
end
$body$
;
revoke execute on function {{ target.schema }}.reenter_read_rows() from public
{% endmacro %}
