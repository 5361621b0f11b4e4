{% macro is_view_of(view, definition) %}
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
