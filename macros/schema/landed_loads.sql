{% macro landed_loads() %}
{#-
  DDL of landed_loads: one row per load of mappings, landed in one transaction with the load's rows. Its key is what makes
  a load id that comes twice one load. Rows in mapping_records without a row here are loads of mode merge. Owner: whoever
  lands a load.
-#}
do $landed_loads$
begin
    if to_regclass('{{ target.schema }}.landed_loads') is not null then
        return;
    end if;
    create table if not exists {{ target.schema }}.landed_loads (
        load_id text primary key,
        source text not null,
        mode text not null default 'merge' check (mode in ('append', 'merge', 'delete_insert', 'replace_source', 'undo')),
        -- A load is taken back once.
        undoes text unique,
        content_hash text,
        landed_at timestamptz not null default now(),
        check ((mode = 'undo') = (undoes is not null))
    );
    create index landed_loads_source on {{ target.schema }}.landed_loads (source);
    -- Loads of before there was this table. A seed's load id ends with the hash of its content.
    insert into {{ target.schema }}.landed_loads (load_id, source, content_hash, landed_at)
    select load_id, min(source), case when starts_with(min(source), 'seed:') then right(load_id, 32) end, min(landed_at)
    from {{ target.schema }}.mapping_records
    group by load_id;
end
$landed_loads$
;
do $landed_by$
begin
    if not exists (
        select from pg_attribute
        where attrelid = '{{ target.schema }}.landed_loads'::regclass and attname = 'landed_by' and not attisdropped
    ) then
        -- One after the other: a default that comes with the column would name the deployer for all loads of before.
        alter table {{ target.schema }}.landed_loads add column landed_by text;
        alter table {{ target.schema }}.landed_loads alter column landed_by set default session_user;
    end if;
end
$landed_by$
;
{{ company_enrichment.changed_in_column('landed_loads') }}
{% endmacro %}
