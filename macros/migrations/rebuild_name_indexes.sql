{% macro rebuild_name_indexes() %}
{#-
  Rebuilds the indexes over an expression with normalize_company_name() or company_name_core(), such as a registry's:
  PostgreSQL does not know that the function has become another one, and would look for new keys among old ones.
-#}
{%- for row in run_query(
    "select distinct indexed.oid::regclass::text from pg_depend as dependency"
    ~ " inner join pg_class as indexed on indexed.oid = dependency.objid and indexed.relkind = 'i'"
    ~ " where dependency.classid = 'pg_class'::regclass and dependency.refclassid = 'pg_proc'::regclass"
    ~ " and dependency.refobjid in ('" ~ target.schema ~ ".normalize_company_name(text)'::regprocedure, '"
    ~ target.schema ~ ".company_name_core(text)'::regprocedure)"
).rows -%}
    {%- do run_query("reindex index " ~ row[0]) -%}
{%- endfor -%}
{% endmacro %}
