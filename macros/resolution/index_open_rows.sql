{% macro index_open_rows() %}
{#-
  Post-hook of company_id_crosswalk: the index by which current_company_id() follows a chain, and by which the database
  itself allows an id one open row.
-#}
{%- if execute -%}
create unique index if not exists {{ this.identifier }}_one_open on {{ this }} (from_company_id) where valid_to is null
{%- endif -%}
{% endmacro %}
