{% macro add_last_number_steps(steps, changes, table, found) %}
{#-
  Adds what is to be done so that a temp_id_sequence has its counter in last_number INTEGER NOT NULL DEFAULT 0, and in no other
  column or sequence.

  Arguments
    steps    a list of {what, sql}, added to
    changes  column -> what has to be done to it that PostgreSQL refuses when something uses the column; added to
    table    its qualified name
    found    what temp_id_sequence_as_found() returned
-#}
{%- set counter = found.counter -%}
{%- if counter == 'id' -%}
    {%- call company_enrichment.add_step(steps, 'rename ' ~ table ~ '.id to last_number') -%}
alter table {{ table }} rename column id to last_number
    {%- endcall -%}
{%- elif 'id' in found.columns -%}
    {%- do changes.update({'id': 'has to be dropped'}) -%}
    {%- call company_enrichment.add_step(steps, 'drop the column ' ~ table ~ '.id beside last_number') -%}
alter table {{ table }} drop column id
    {%- endcall -%}
{%- endif -%}
{%- set last_number = found.columns[counter] -%}
{%- if last_number != {'type': 'integer', 'is_not_null': true, 'default': '0', 'identity': ''} -%}
    {%- set has_other_type = last_number.type != 'integer' -%}
    {%- if has_other_type -%}
        {%- do changes.update({counter: 'has to become INTEGER'}) -%}
    {%- endif -%}
    {%- call company_enrichment.add_step(steps, 'make last_number INTEGER NOT NULL DEFAULT 0') -%}
{%- if not last_number.is_not_null %}
update {{ table }} set last_number = 0 where last_number is null;
{%- endif %}
{%- if last_number.identity %}
alter table {{ table }} alter column last_number drop identity;
{%- endif %}
alter table {{ table }} alter column last_number drop default;
{#- Even to the type that it has, a column's type cannot be changed when a view uses it. #}
{%- if has_other_type %}
alter table {{ table }} alter column last_number type integer;
{%- endif %}
alter table {{ table }} alter column last_number set default 0, alter column last_number set not null
    {%- endcall -%}
{%- endif -%}
{#- A sequence of an identity column, or of one that is dropped, goes with it. -#}
{%- for sequence, _, column, dependency in found.owned if column == counter and dependency == 'a' -%}
    {%- call company_enrichment.add_step(steps, 'drop the sequence ' ~ sequence ~ ' of the serial column') -%}
drop sequence {{ sequence }}
    {%- endcall -%}
{%- endfor -%}
{% endmacro %}
