{% macro decided_lines(records, mapping_changes, since) %}
{#-
  The lines that are decided, as a relation of load_id and line_no: with a watermark, of those loads alone that have rows which
  have changed since, found by the primary key load by load. Everything that was ever decided is not read for a new load.

  Arguments
    records          the landed rows; a query in parentheses will do
    mapping_changes  what each landed mapping row did
    since            what watermark() returned; none to look at every row
-#}
{%- if since is none -%}
{{ mapping_changes }}
{%- else -%}
(
    select
        of_load.load_id,
        of_load.line_no
    from (
        select distinct changed.load_id
        from {{ records }} as changed
        where {{ company_enrichment.is_changed('changed', since) }}
    ) as changed_loads
    inner join lateral (
        select
            by_load.load_id,
            by_load.line_no
        from {{ mapping_changes }} as by_load
        where by_load.load_id = changed_loads.load_id
        limit all offset 0 -- noqa: AM09
    ) as of_load on true
)
{%- endif -%}
{%- endmacro %}
