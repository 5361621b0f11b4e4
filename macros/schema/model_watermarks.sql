{% macro model_watermarks() %}
{#-
  DDL of model_watermarks: up to which transaction each model has read what it is made from. Every transaction below the
  watermark had ended before the model's last query began; what others wrote is read again. system_identifier and
  content_hash say in which database, and by which rules (schema_migrations), it did. seen_through is the greatest changed_at
  that customer_record_keys has seen of an installing project's records (records_since()). relations says which tables it read
  and which one the model itself was (relation_identities()). Owner: the models' hooks.
-#}
create table if not exists {{ target.schema }}.model_watermarks (
    model text primary key,
    watermark xid8 not null,
    system_identifier bigint not null,
    content_hash text not null,
    seen_through text,
    relations jsonb not null default '{}',
    updated_at timestamptz not null default now()
)
{% endmacro %}
