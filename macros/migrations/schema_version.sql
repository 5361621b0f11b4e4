{% macro schema_version() %}
{#-
  Version of the operational tables that this project deploys and its Python package expects; 1 are those of the first
  release, 0.1.0. A greater one comes with its steps in numbered_migrations().
-#}
{{- return(1) -}}
{% endmacro %}
