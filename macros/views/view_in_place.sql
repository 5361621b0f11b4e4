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

{{- run_hooks(pre_hooks, inside_transaction=False) -}}
{{- run_hooks(pre_hooks, inside_transaction=True) -}}

{%- if existing is not none and not existing.is_view -%}
    {%- call company_enrichment.refuse() -%}
        {{ this }} is a {{ existing.type }} and would have to be dropped for the view of that name. Rename or drop it.
    {%- endcall -%}
{%- endif -%}
{#- Without the name of the database, which may be renamed or copied. -#}
{%- set definition = local_md5(sql | replace(adapter.quote(this.database) ~ '.', '')) -%}
{%- set is_there = existing is not none -%}
{%- if is_there and company_enrichment._is_view_of(this, definition) -%}
    {%- call noop_statement('main', 'UNCHANGED') -%}{%- endcall -%}
{%- else -%}
    {%- call company_enrichment.run_sql() -%}
set local lock_timeout = {{ company_enrichment.quoted(company_enrichment.checked_var('migration_lock_timeout')) }}
    {%- endcall -%}
    {%- if is_there and not company_enrichment._has_columns_of(this, sql) -%}
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

{{- run_hooks(post_hooks, inside_transaction=True) -}}
{{- adapter.commit() -}}
{{- run_hooks(post_hooks, inside_transaction=False) -}}

{{- return({'relations': [target_relation]}) -}}
{% endmaterialization %}

{% macro _is_view_of(view, definition) %}
{#-
  Whether a view is what replace_view() has made of this definition, and nobody has replaced it since. Begins the transaction
  of the model.

  Arguments
    view        the relation
    definition  hash of its query
-#}
{%- call statement('is_view_of', fetch_result=true) -%}
select obj_description(rewrite.oid, 'pg_rewrite') = '{{ definition }} ' || md5(pg_get_viewdef(rewrite.ev_class))
from pg_rewrite as rewrite
where rewrite.ev_class = to_regclass('{{ view }}') and rewrite.rulename = '_RETURN'
{%- endcall -%}
{%- set rows = load_result('is_view_of').data -%}
{{- return(rows | length == 1 and rows[0][0] is true) -}}
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
