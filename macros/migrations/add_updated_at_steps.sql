{% macro add_updated_at_steps(steps, changes, table, found) %}
{#-
  Adds what is to be done so that a temp_id_sequence has updated_at TIMESTAMPTZ NOT NULL DEFAULT now(). The arguments are those of
  add_last_number_steps().
-#}
{%- set updated_at = found.columns.get('updated_at') -%}
{%- if not updated_at -%}
    {%- call company_enrichment.add_step(steps, 'add the column updated_at') -%}
alter table {{ table }} add column updated_at timestamptz not null default now()
    {%- endcall -%}
{%- elif updated_at != {'type': 'timestamp with time zone', 'is_not_null': true, 'default': 'now()', 'identity': ''} -%}
    {%- if updated_at.type != 'timestamp with time zone' -%}
        {%- do changes.update({'updated_at': 'has to become TIMESTAMPTZ'}) -%}
    {%- endif -%}
    {%- call company_enrichment.add_step(steps, 'make updated_at TIMESTAMPTZ NOT NULL DEFAULT now()') -%}
update {{ table }} set updated_at = now() where updated_at is null;
alter table {{ table }} alter column updated_at drop default;
{%- if updated_at.type != 'timestamp with time zone' %}
alter table {{ table }} alter column updated_at type timestamptz;
{%- endif %}
alter table {{ table }} alter column updated_at set default now(), alter column updated_at set not null
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
