{% macro last_loads_with_alias(losers, last_complete, undone, mapping_changes) %}
{#-
  The last load in which a source that has lost has named the alias, as a query: match_type, alias_name, losing_source,
  load_id, load_number. No row where a complete load of the source has come since: it no longer says anything of the alias.

  Arguments
    losers           match_type, alias_name, losing_source
    last_complete    what last_complete_loads() gives
    undone           the loads that were undone: root_id
    mapping_changes  what each landed mapping row did
-#}
select
    losers.match_type,
    losers.alias_name,
    losers.losing_source,
    said.load_id,
    said.load_number
from {{ losers }} as losers
inner join lateral (
    select
        named.load_id,
        named.load_number
    from (
        {{ company_enrichment.rows_of_key('losers', mapping_changes) | trim | indent(8) }}
    ) as named
    where
        named.source = losers.losing_source
        and named.outcome <> 'rejected'
        and named.load_id not in (select undone.root_id from {{ undone }} as undone)
    order by named.load_number desc
    limit 1
) as said on true
left join {{ last_complete }} as last_complete on losers.losing_source = last_complete.source
where last_complete.load_number is null or last_complete.load_number <= said.load_number
{%- endmacro %}
