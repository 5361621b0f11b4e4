{% macro refuse_unsuitable_database() %}
{#-
  Stops with an error where Chinese names could not be told apart: in a database whose character type does not know
  them (LC_CTYPE=C) every such name would have the same, empty key. Python refuses the same databases with the same
  words (company_enrichment/database.py; a test compares both).
-#}
{%- do company_enrichment.refuse_unusable_schema() -%}
{#- dbt sends each text in the encoding that the session began with, and fails halfway at a name that it lacks. -#}
{%- set encoding = company_enrichment.value_of("select current_setting('client_encoding')") -%}
{%- if encoding != 'UTF8' -%}
    {%- call company_enrichment.refuse() -%}
        The sessions of {{ target.user }} in database {{ target.dbname }} have client_encoding {{ encoding }},
        in which some names cannot be sent. Set it for dbt: export PGCLIENTENCODING=UTF8, or for the role:
        alter role {{ target.user }} set client_encoding = 'UTF8'
    {%- endcall -%}
{%- endif -%}
{%- set suitable -%}
select current_setting('server_encoding') = 'UTF8' and '公' ~ '^[[:alnum:]]$' and lower('ÄI') = 'äi'
{%- endset -%}
{%- if not company_enrichment.value_of(suitable) -%}
    {%- call company_enrichment.refuse() -%}
        Database {{ target.dbname }} cannot tell Chinese names apart: it needs the encoding UTF8 and a character type
        that knows CJK. Create one with: create database company_enrichment template template0 encoding 'UTF8'
        locale_provider libc lc_collate 'C' lc_ctype 'C.UTF-8'
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
