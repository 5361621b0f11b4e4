{% materialization view_in_place, default %}
{#-
  A view that is left alone where it is what it would become, and is otherwise replaced in place: grants, other people's
  views over it and whoever is reading it survive the run. dbt's own view is made anew each time, and what rested on the old
  one is dropped with it.

  Where its columns have changed so that PostgreSQL cannot replace it, it is set aside for those of dbt's models that rest
  on it, until they are replaced, too (drop_replaced_views()); if anything else rests on it, that is named in an error.
-#}
{%- set existing = load_cached_relation(this) -%}
{%- set target_relation = this.incorporate(type='view') -%}

{#- What this project does around each model, _state_of_view() does in one statement; other hooks need the whole order of events. -#}
{%- set own_hooks = [
    '{{ company_enrichment.hold_run_lease() }}', '{{ company_enrichment.begin_table() }}', '{{ company_enrichment.end_table() }}',
] -%}
{%- set has_other_hooks = (pre_hooks + post_hooks) | rejectattr('sql', 'in', own_hooks) | list | length > 0 -%}
{%- if has_other_hooks -%}
    {{- run_hooks(pre_hooks, inside_transaction=False) -}}
    {{- run_hooks(pre_hooks, inside_transaction=True) -}}
{%- endif -%}

{%- if existing is not none and not existing.is_view -%}
    {%- call company_enrichment.refuse() -%}
        {{ this }} is a {{ existing.type }} and would have to be dropped for the view of that name. Rename or drop it.
    {%- endcall -%}
{%- endif -%}
{#- Without the name of the database, which may be renamed or copied. -#}
{%- set definition = local_md5(sql | replace(adapter.quote(this.database) ~ '.', '')) -%}
{%- set state = company_enrichment._state_of_view(this, definition, begins_transaction=not has_other_hooks) -%}
{%- if not state.has_run_lease -%}
    {%- do company_enrichment.refuse_lost_lease() -%}
{%- endif -%}
{%- if state.is_unchanged -%}
    {%- call noop_statement('main', 'UNCHANGED') -%}{%- endcall -%}
{%- else -%}
    {%- call company_enrichment.run_sql() -%}
set local lock_timeout = {{ company_enrichment.quoted(company_enrichment.checked_var('migration_lock_timeout')) }}
    {%- endcall -%}
    {%- if state.is_there and not company_enrichment._has_columns_of(this, sql) -%}
        {%- set aside = company_enrichment._set_view_aside(this) -%}
    {%- endif -%}
    {%- call statement('main') -%}
{{ company_enrichment.run_ddl(company_enrichment.replace_view(this, sql, definition)) }}
    {%- endcall -%}
    {%- if aside -%}
        {%- do run_query(company_enrichment.copy_grants(target.schema ~ '.' ~ aside, this)) -%}
    {%- endif -%}
{%- endif -%}
{%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=false)) -%}
{%- do persist_docs(target_relation, model) -%}

{%- if has_other_hooks -%}
    {{- run_hooks(post_hooks, inside_transaction=True) -}}
{%- endif -%}
{{- adapter.commit() -}}
{%- if has_other_hooks -%}
    {{- run_hooks(post_hooks, inside_transaction=False) -}}
{%- endif -%}

{{- return({'relations': [target_relation]}) -}}
{% endmaterialization %}

{% macro _state_of_view(view, definition, begins_transaction) %}
{#-
  What has to be known of a view before it is left alone or replaced, as a dictionary:
    has_run_lease  whether this run still has its lease
    is_there       whether the database has the view, whatever dbt has seen when it began
    is_unchanged   whether the view is what replace_view() has made of this definition, and nobody has replaced it since

  PostgreSQL writes the names of a definition with or without their schema as the search_path of the session says, so it is
  written under an empty one, whoever asks.

  Arguments
    view                the relation
    definition          hash of its query
    begins_transaction  whether nothing has begun the transaction of the model yet
-#}
{%- call statement('state_of_view', fetch_result=true) -%}
{%- if begins_transaction %}
set transaction isolation level read committed;
{%- endif %}
select set_config('company_enrichment.search_path', current_setting('search_path'), true);
set local search_path = '';
with state as materialized (
    select
        {{ company_enrichment.has_run_lease() | indent(8) }} as has_run_lease,
        rewrite.oid is not null as is_there,
        coalesce(
            obj_description(rewrite.oid, 'pg_rewrite') = '{{ definition }} ' || md5(pg_get_viewdef(rewrite.ev_class)), false
        ) as is_unchanged
    from (select to_regclass('{{ view }}') as oid) as asked
    left join pg_rewrite as rewrite on rewrite.ev_class = asked.oid and rewrite.rulename = '_RETURN'
)

select
    has_run_lease,
    is_there,
    is_unchanged,
    set_config('search_path', current_setting('company_enrichment.search_path'), true)
from state
{%- endcall -%}
{%- set row = load_result('state_of_view').data[0] -%}
{{- return({'has_run_lease': row[0], 'is_there': row[1], 'is_unchanged': row[2]}) -}}
{% endmacro %}

{% macro _has_columns_of(view, sql) %}
{#-
  Whether a query has the columns of a view, with their names and types and in their order, and perhaps more after them:
  only then can PostgreSQL put it in the place of the view's.

  Arguments
    view  the relation
    sql   the query
-#}
{%- set incoming = view.identifier ~ '__incoming' -%}
{%- call company_enrichment.run_sql() -%}
create temporary view {{ incoming }} as (
{{ sql }}
)
{%- endcall -%}
{%- set lost -%}
select attnum, attname, atttypid, atttypmod, attcollation from pg_attribute
where attrelid = '{{ view }}'::regclass and attnum > 0
except
select attnum, attname, atttypid, atttypmod, attcollation from pg_attribute
where attrelid = 'pg_temp.{{ incoming }}'::regclass
{%- endset -%}
{%- set lost_columns = run_query(lost).rows -%}
{%- call company_enrichment.run_sql() -%} drop view pg_temp.{{ incoming }} {%- endcall -%}
{{- return(not lost_columns) -}}
{% endmacro %}

{% macro _set_view_aside(view) %}
{#-
  Renames a view that cannot be replaced in place, for the models that rest on it until they are replaced, too. Returns its
  new name. Stops with an error that names what else rests on it.

  Argument
    view  the relation
-#}
{%- set others = company_enrichment.resting_on([view]) -%}
{%- if others -%}
    {%- call company_enrichment.refuse() -%}
        The view {{ view }} gets other columns, so it has to be made anew, but {{ others | join(', ') }} would be lost with the
        one that is there. It was left as it is. Drop them, run dbt, and create them again.
    {%- endcall -%}
{%- endif -%}
{%- set number -%}
select to_regclass('{{ view }}')::oid
{%- endset -%}
{%- set aside = view.identifier ~ '__replaced_' ~ company_enrichment.value_of(number) -%}
{%- set rename -%}
alter view {{ view }} rename to {{ aside }}
{%- endset -%}
{%- do run_query(company_enrichment.run_ddl(rename)) -%}
{{- return(aside) -}}
{% endmacro %}
