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
    {{ exceptions.raise_compiler_error(
        this ~ " is a " ~ existing.type ~ " and would have to be dropped for the view of that name. Rename or drop it.") }}
{%- endif -%}
{#- Without the name of the database, which may be renamed or copied. -#}
{%- set definition = local_md5(sql | replace(adapter.quote(this.database) ~ '.', '')) -%}
{%- set is_there = existing is not none -%}
{%- if is_there and company_enrichment.is_view_of(this, definition) -%}
    {%- call noop_statement('main', 'UNCHANGED') -%}{%- endcall -%}
{%- else -%}
    {%- do run_query("set local lock_timeout = " ~ company_enrichment.quoted(company_enrichment.checked_var('migration_lock_timeout'))) -%}
    {%- if is_there and not company_enrichment.has_columns_of(this, sql) -%}
        {%- set aside = company_enrichment.set_view_aside(this) -%}
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
