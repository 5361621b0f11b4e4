{% macro adopted_temp_ids() %}
{#-
  DDL of adopted_temp_ids: the temporary ids that adopt found where the predecessor had published them, and the names they
  stood for there; name is one spelling. Owner: adopt.
-#}
create table if not exists {{ target.schema }}.adopted_temp_ids (
    temp_id text not null,
    normalized_name text not null,
    relation text not null,
    name text not null,
    adopted_at timestamptz not null default now(),
    key_version text not null default {{ target.schema }}.company_name_key_version(),
    primary key (temp_id, normalized_name, relation)
)
{% endmacro %}
