{% macro is_changed(relation, since) %}
{#-
  True for rows that the model at work has not read yet, as an SQL condition. Written with a literal: the planner sees how
  few they are. Without a type: changed_in is a transaction, or what an installing project's records have in its place.

  Arguments
    relation  alias of the relation in the query; it has the column changed_in
    since     what watermark() or records_since() returned; every row counts as changed when it is none
-#}
{%- if since is not none -%}
    {{ relation }}.changed_in >= {{ company_enrichment.quoted(since) }}
{%- else -%}
    true
{%- endif -%}
{%- endmacro %}
