{% macro deployment_plan(deployed, remakes_keys=false) %}
{#-
  What a deployment has to bring the database to, as a dictionary:
    keeps_name_key  the rules of the name key have changed, and keys made by the deployed ones are stored
    remakes_keys    as given
    name_key_hash   hash of the rules that will be in force
    objects         DDL of everything but the name key, in order
    content_hash    its hash
    is_done         the database has all of that

  Arguments
    deployed      what deployed_schema() returned
    remakes_keys  the rules replace the deployed ones although keys are stored: the caller makes these anew
-#}
{%- set name_key_ddl = company_enrichment.name_key_functions().values() | join(';') -%}
{%- set name_key_hash = local_md5(name_key_ddl | replace(target.schema ~ '.', '')) -%}
{%- set keeps_name_key = (
    not remakes_keys and deployed is not none and deployed.name_key_hash != name_key_hash
    and company_enrichment.has_stored_name_keys()
) -%}
{%- set hash_in_force = deployed.name_key_hash if keeps_name_key else name_key_hash -%}
{%- set objects = company_enrichment.schema_objects(hash_in_force) -%}
{%- set content_hash = local_md5(objects | join(';')) -%}
{{- return({
    'keeps_name_key': keeps_name_key,
    'remakes_keys': remakes_keys,
    'name_key_hash': hash_in_force,
    'objects': objects,
    'content_hash': content_hash,
    'is_done': (
        deployed is not none and deployed.version == company_enrichment.schema_version()
        and deployed.content_hash == content_hash and deployed.name_key_hash == hash_in_force
    ),
}) -}}
{% endmacro %}
