{% macro resting_on(relations, through=false) %}
{#-
  What rests on relations and is none of dbt's own models, seeds or snapshots, described as PostgreSQL does, in order: views,
  functions, columns of the relation's type.

  Arguments
    relations  their qualified names; missing ones are left out
    through    also what rests on that in turn, as `drop … cascade` would find it
-#}
{%- set dbt_has = [] -%}
{%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed', 'snapshot') -%}
    {%- set name -%} ({{ company_enrichment.quoted(node.schema) }}, {{ company_enrichment.quoted(node.alias) }}) {%- endset -%}
    {%- do dbt_has.append(name) -%}
{%- endfor -%}
{%- set names = [] -%}
{%- for relation in relations -%}
    {%- set name -%} to_regclass({{ company_enrichment.quoted(relation | string) }}) {%- endset -%}
    {%- do names.append(name) -%}
{%- endfor -%}
{%- set resting -%}
with recursive resting as (
    select
        'pg_class'::regclass::oid as classid,
        asked.relation::oid as objid,
        0 as depth
    from unnest(array[{{ names | join(', ') }}]::regclass[]) as asked (relation)
    where asked.relation is not null
    union
    select
        found.classid,
        found.objid,
        1
    from resting
    -- A relation is referred to by itself or by its row type, and a view refers by its rule.
    inner join pg_depend
        on
            (pg_depend.refclassid = resting.classid and pg_depend.refobjid = resting.objid)
            or (
                resting.classid = 'pg_class'::regclass and pg_depend.refclassid = 'pg_type'::regclass
                and pg_depend.refobjid in (
                    select unnest(array[row_type.oid, row_type.typarray])
                    from pg_type as row_type
                    where row_type.typrelid = resting.objid
                )
            )
    left join pg_rewrite on pg_depend.classid = 'pg_rewrite'::regclass and pg_rewrite.oid = pg_depend.objid
    left join pg_constraint
        on pg_depend.classid = 'pg_constraint'::regclass and pg_constraint.oid = pg_depend.objid and pg_constraint.contype = 'f'
    cross join lateral (
        select
            case when pg_rewrite.oid is not null then 'pg_class'::regclass::oid else pg_depend.classid end as classid,
            coalesce(pg_rewrite.ev_class, pg_depend.objid) as objid
    ) as found
    where
        pg_depend.deptype in ('n', 'a')
        and (found.classid in ('pg_class'::regclass, 'pg_proc'::regclass) or pg_constraint.conrelid <> resting.objid)
        and (found.classid, found.objid) <> (resting.classid, resting.objid)
        and (resting.depth = 0 or {{ 'true' if through else 'false' }})
)
select pg_describe_object(resting.classid, resting.objid, 0)
from resting
left join pg_class on resting.classid = 'pg_class'::regclass and pg_class.oid = resting.objid
left join pg_namespace on pg_namespace.oid = pg_class.relnamespace
where
    resting.depth > 0
    and (
        pg_class.oid is null
        or (
            pg_class.relkind in ('r', 'v', 'm', 'p', 'f', 'c')
            and pg_class.relname !~ '__replaced_[0-9]+$'
            and (pg_namespace.nspname, pg_class.relname) not in (values {{ dbt_has | join(', ') }})
        )
    )
group by 1
order by 1
{%- endset -%}
{{- return(run_query(resting).columns[0].values() | list) -}}
{% endmacro %}
