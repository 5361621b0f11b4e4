{% macro company_name_key_version(rules_hash, schema=none) %}
{#-
  DDL of company_name_key_version(): which rules normalize_company_name() works by, as <rules>.<behaviour>. The first
  part stands for the text of the rules in force, the second for the keys they give in this database: it changes with
  the database's character type, too. Stored beside every key.

  Arguments
    rules_hash  hash of the DDL of name_key_functions() in force
    schema      where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
create or replace function {{ schema }}.company_name_key_version()
returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $body$
begin
    return '{{ rules_hash[:8] }}.' || (
        select
            left(md5(string_agg(
                coalesce({{ schema }}.normalize_company_name(probe.name), ''), '|' order by probe.position
            )), 8)
        from
            unnest({{ company_enrichment.quoted_array(company_enrichment.name_key_probes()) }})
            with ordinality as probe (name, position)
    );
end
$body$
{% endmacro %}
