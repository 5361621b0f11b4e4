{% macro retire_aliases_without_claim() %}
{#-
  After company_mapping is written: where the model has read everything, aliases that no decision has
  ever made are retired. They are left over where the decisions were restored from an older dump. Retired rather than
  deleted, so that the records that they resolved are found by the change.
-#}
{%- if execute and is_incremental() and not company_enrichment.is_empty_run() and company_enrichment.watermark() is none -%}
update {{ this }} as alias
set retired_at = now(), changed_in = pg_current_xact_id()
where
    alias.retired_at is null
    and not exists (
        select from {{ ref('mapping_changes').render() }} as change
        where
            change.claim in ('made', 'withdrawn')
            and change.match_type = alias.match_type
            and change.alias_name = alias.alias_name
    )
{%- endif -%}
{% endmacro %}
