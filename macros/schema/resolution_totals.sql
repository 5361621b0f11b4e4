{% macro resolution_totals() %}
{#-
  DDL of resolution_totals, how many records company_resolution has of each outcome, and of what keeps it: triggers of
  that table (see keep_resolution_totals()), whoever writes it. A run's summary would otherwise have to count every record there is.
-#}
create table if not exists {{ target.schema }}.resolution_totals (
    status text not null,
    match_type text,
    records bigint not null,
    constraint resolution_totals_one_row_per_outcome unique nulls not distinct (status, match_type)
)
;
create or replace function {{ target.schema }}.count_resolutions() returns trigger
language plpgsql
as $body$
begin
    if tg_op in ('UPDATE', 'DELETE') then
        update {{ target.schema }}.resolution_totals as totals
        set records = totals.records - gone.records
        from (select status, match_type, count(*) as records from old_rows group by status, match_type) as gone
        where gone.status = totals.status and gone.match_type is not distinct from totals.match_type;
    end if;
    if tg_op in ('UPDATE', 'INSERT') then
        insert into {{ target.schema }}.resolution_totals as totals (status, match_type, records)
        select status, match_type, count(*) from new_rows group by status, match_type
        on conflict on constraint resolution_totals_one_row_per_outcome
        do update set records = totals.records + excluded.records;
    end if;
    if tg_op = 'TRUNCATE' then
        delete from {{ target.schema }}.resolution_totals;
    end if;
    return null;
end
$body$
{% endmacro %}
