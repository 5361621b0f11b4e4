{% macro rekey_requests() %}
{#- The queue by its new keys: of open requests that meet, the oldest stays open; whoever holds another is told that it is gone. -#}
{%- set requests = target.schema ~ '.lookup_requests' -%}
{%- do run_query(
    "update " ~ requests ~ " as request set status = case when made.new_key is null then 'failed' else 'done' end,"
    ~ " last_error = case when made.new_key is null then 'By the present name rules, this names nobody'"
    ~ " else 'Folded into request ' || made.keeper || ', which asks for the same name' end,"
    ~ " claimed_by = null, lease_until = null, finished_at = now(), updated_at = now() from rekeyed_requests as made"
    ~ " where made.id = request.id and made.is_open and (made.new_key is null or made.keeper <> made.id)") -%}
{#- In two steps: a key may pass from one open row to another. -#}
{%- do run_query(
    "update " ~ requests ~ " as request set normalized_name = 'rekeyed:' || request.id from rekeyed_requests as made"
    ~ " where made.id = request.id and made.new_key <> request.normalized_name") -%}
{%- do run_query(
    "update " ~ requests ~ " as request set normalized_name = coalesce(made.new_key, request.normalized_name),"
    ~ " key_version = " ~ target.schema ~ ".company_name_key_version() from rekeyed_requests as made"
    ~ " where made.id = request.id and request.key_version <> " ~ target.schema ~ ".company_name_key_version()") -%}
{% endmacro %}
