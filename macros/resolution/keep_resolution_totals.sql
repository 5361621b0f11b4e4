{% macro keep_resolution_totals() %}
{#-
  Post-hook of company_resolution: counts the records of a table that was just built into resolution_totals, and gives it
  the triggers by which the totals follow every later write. Nothing where the table has them.
-#}
{%- if execute and not company_enrichment.keeps_resolution_totals(this) -%}
{#- Nobody writes the table before it is counted: a build holds its lock, and so does whoever else writes it. -#}
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
