{% macro withdraw_seed_mappings(seeds) %}
{#-
  Lands an undo of every load that stands of the given seeds, and returns how many there were by seed. The next run that
  builds mapping_changes decides them: the aliases are what they would be had the seed never been landed. Such an undo says
  withdrawn in content_hash, by which land_seed_mappings() knows that the same content may come again.

  Argument
    seeds  names of seeds
-#}
{%- set sources = [] -%}
{%- for seed in seeds -%}
    {%- do sources.append('seed:' ~ seed) -%}
{%- endfor -%}
{%- set withdraw -%}
with withdrawn as (

    insert into {{ target.schema }}.landed_loads (load_id, source, mode, undoes, content_hash, landed_at)
    select 'undo:' || load_id, source, 'undo', load_id, 'withdrawn', clock_timestamp()
    from ({{ company_enrichment.standing_seed_loads() }}) as standing
    where source = any({{ company_enrichment.quoted_array(sources) }})
    on conflict do nothing
    returning source

)

select substr(source, 6) as seed, count(*) as loads
from withdrawn
group by source
order by source
{%- endset -%}
{%- set loads = {} -%}
{%- for row in (run_query(withdraw).rows if sources else []) -%}
    {%- do loads.update({row[0]: row[1] | int}) -%}
{%- endfor -%}
{{- return(loads) -}}
{% endmacro %}
