{% macro refuse_unsuitable_database() %}
{#-
  Stops with an error where Chinese names could not be told apart: in a database whose character type does not know
  them (LC_CTYPE=C) every such name would have the same, empty key. Python refuses the same databases with the same
  words (company_enrichment/database.py; a test compares both).
-#}
{%- if not modules.re.fullmatch('[a-z_][a-z0-9_]*', target.schema) -%}
    {{ exceptions.raise_compiler_error(
        "WDH_DATABASE__SCHEMA is " ~ (target.schema | tojson) ~ "; it may hold lower-case letters, digits and underscores only.") }}
{%- endif -%}
{%- do company_enrichment.refuse_long_schema_name() -%}
{%- set suitable = run_query(
    "select current_setting('server_encoding') = 'UTF8' and '公' ~ '^[[:alnum:]]$' and lower('ÄI') = 'äi'"
).columns[0].values()[0] -%}
{%- if not suitable -%}
    {{ exceptions.raise_compiler_error(
        "Database " ~ target.dbname ~ " cannot tell Chinese names apart: it needs the encoding UTF8 and a character type"
        ~ " that knows CJK. Create one with: create database company_enrichment template template0 encoding 'UTF8'"
        ~ " locale_provider libc lc_collate 'C' lc_ctype 'C.UTF-8'") }}
{%- endif -%}
{% endmacro %}
