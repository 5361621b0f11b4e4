{% macro relation_identities(names) %}
{#-
  What tells a table from another one of its name, as an SQL expression of jsonb by name: a table that was dropped and
  created again has another oid, and one that was truncated or rewritten has another file. Read from the catalog alone. A
  restore of one table begins with one of the two, whatever its rows say of when they were written; a table that is not
  there is left out.

  Argument
    names  the tables, in the schema of the target
-#}
(
    select coalesce(jsonb_object_agg(relation.relname, relation.oid || '/' || relation.relfilenode), '{}')
    from pg_class as relation
    inner join pg_namespace as namespace on namespace.oid = relation.relnamespace
    where
        namespace.nspname = '{{ target.schema }}'
        and relation.relkind in ('r', 'p')
        and relation.relname = any({{ company_enrichment.quoted_array(names) }})
)
{%- endmacro %}
