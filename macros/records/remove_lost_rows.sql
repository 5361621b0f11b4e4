{% macro remove_lost_rows() %}
{#-
  After a table of records is written: where the model has read everything, rows of records that are
  no longer there are removed, as a rebuild would leave them out, and their number is said. A run that reads what has
  changed cannot see that a row is gone. Records of an installing project keep their rows
  (docs/decisions/0023-records-of-an-installing-project.md).

  config.meta.rows_of of the table names the model that has every record, by record_id. It is rendered in full: with --empty,
  none of its rows would be seen.
-#}
{%- if execute and is_incremental() and not company_enrichment.is_empty_run() and not company_enrichment.customer_records_relation()
        and company_enrichment.watermark() is none and not company_enrichment.is_filled_at_once() -%}
    {%- set records = ref(config.get('meta').rows_of) -%}
    {%- set remove -%}
with removed as (
    delete from {{ this }} as stored
    where not exists (select from {{ records.render() }} as records where records.record_id = stored.record_id)
    returning 1
)

select count(*)
from removed
    {%- endset -%}
    {%- set removed = company_enrichment.value_of(remove) -%}
    {%- if removed -%}
        {%- set warning -%}
            Removed from {{ this.identifier }}: {{ removed }} records that {{ records.identifier }} no longer has.
        {%- endset -%}
        {%- do exceptions.warn(warning) -%}
    {%- endif -%}
{%- endif -%}
{% endmacro %}
