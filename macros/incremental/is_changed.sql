{% macro is_changed(relation, since) %}
{#-
  True for rows that the model at work has not read yet, as an SQL condition. Written with a literal: the planner sees how
  few they are.

  Arguments
    relation  alias of the relation in the query; it has the column changed_in
    since     what watermark() returned; every row counts as changed when it is none
-#}
{{- return(relation ~ ".changed_in >= '" ~ since ~ "'::xid8" if since is not none else 'true') -}}
{% endmacro %}
