{% macro replaced_relations() %}
{#-
  The tables that are not the ones that models have read, by name: restored from a dump, truncated, or rewritten (by VACUUM
  FULL, for instance). A model that has built itself anew since is none of them: others see that by its watermark.
-#}
{%- set replaced -%}
select distinct noted.relation
from (
    select marks.model, entry.key as relation, entry.value as identity
    from {{ target.schema }}.model_watermarks as marks
    inner join pg_control_system() as system on system.system_identifier = marks.system_identifier
    cross join jsonb_each_text(marks.relations) as entry
) as noted
left join {{ target.schema }}.model_watermarks as owner on owner.model = noted.relation
left join pg_class as relation
    on relation.oid = to_regclass(format('%I.%I', '{{ target.schema }}', noted.relation))
where
    (owner.model is null or owner.model = noted.model)
    and noted.identity is distinct from relation.oid || '/' || relation.relfilenode
order by 1
{%- endset -%}
{{- return(run_query(replaced).columns[0].values() | list) -}}
{% endmacro %}
