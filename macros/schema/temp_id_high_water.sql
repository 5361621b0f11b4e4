{% macro temp_id_high_water() %}
{#-
  DDL of temp_id_high_water: the highest number that was ever entered in the ledger, in one row. It says nothing that
  temp_id_sequence and temp_company_ids do not say together; but where these were restored from an older dump, they have
  forgotten numbers that were issued since, and this table has not. Owner: take_temp_numbers().
-#}
create table if not exists {{ target.schema }}.temp_id_high_water (
    highest_issued integer not null default 0,
    updated_at timestamptz not null default now()
)
;
create unique index if not exists temp_id_high_water_one_row
on {{ target.schema }}.temp_id_high_water ((true))
;
insert into {{ target.schema }}.temp_id_high_water (highest_issued)
select coalesce(max(issued.temp_number), 0)
from {{ target.schema }}.temp_company_ids as issued
on conflict do nothing
{% endmacro %}
