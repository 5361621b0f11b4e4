{% macro standing_claims(mapping_changes, of_keys=none, of_sources=none) %}
{#-
  What each source says of each key at present, as a query: the row of mapping_changes that last made or withdrew its claim.

  Arguments
    mapping_changes  what each landed mapping row did
    of_keys          relation with match_type and alias_name: no other keys are read
    of_sources       relation with source: no other sources are read
-#}
select distinct on (change.match_type, change.alias_name, change.source) change.*
from {{ mapping_changes }} as change
where
    change.claim in ('made', 'withdrawn')
    and change.alias_name is not null
    {%- if of_keys %}
    and (change.match_type, change.alias_name) in (
        select
            of_keys.match_type,
            of_keys.alias_name
        from {{ of_keys }} as of_keys
    )
    {%- endif %}
    {%- if of_sources %}
    and change.source in (select of_sources.source from {{ of_sources }} as of_sources)
    {%- endif %}
order by change.match_type, change.alias_name, change.source, change.load_number desc, change.line_no desc
{%- endmacro %}
