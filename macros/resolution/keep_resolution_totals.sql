{% macro keep_resolution_totals() %}
{#-
  After company_resolution is written: counts the records of a table that was just built into
  resolution_totals, and gives it the triggers by which the totals follow every later write. Where the table has them, they
  are counted anew only when everything was read: either of the two tables may have been restored by itself.
-#}
{%- if execute and (not company_enrichment.has_resolution_totals(this) or company_enrichment.watermark() is none) -%}
{#- Whoever writes the table meanwhile adds what he has written when this is committed. -#}
lock table {{ target.schema }}.resolution_totals in exclusive mode;
delete from {{ target.schema }}.resolution_totals;
insert into {{ target.schema }}.resolution_totals (status, match_type, records)
select status, match_type, count(*) from {{ this }} group by status, match_type;
create or replace trigger count_inserted after insert on {{ this }}
referencing new table as new_rows for each statement execute function {{ target.schema }}.count_resolutions();
create or replace trigger count_updated after update on {{ this }}
referencing old table as old_rows new table as new_rows for each statement execute function {{ target.schema }}.count_resolutions();
create or replace trigger count_deleted after delete on {{ this }}
referencing old table as old_rows for each statement execute function {{ target.schema }}.count_resolutions();
create or replace trigger count_truncated after truncate on {{ this }}
for each statement execute function {{ target.schema }}.count_resolutions()
{%- endif -%}
{% endmacro %}
