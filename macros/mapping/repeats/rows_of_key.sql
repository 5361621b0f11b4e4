{% macro rows_of_key(key, mapping_changes, condition='true') %}
{#-
  Every landed row about one key, those that were pruned included, as a query: load_id, line_no, source, alias_text,
  key_version, company_id, outcome, rule, claim and load_number.

  Arguments
    key              alias of a relation of the query around, with match_type and alias_name
    mapping_changes  what each landed mapping row did
    condition        an SQL condition on that relation; nothing is read where it is false
-#}
{%- for is_of_kind in company_enrichment.indexed_claims('by_key').values() %}
select
    by_key.load_id,
    by_key.line_no,
    by_key.source,
    by_key.alias_text,
    by_key.key_version,
    by_key.company_id,
    by_key.outcome,
    by_key.rule,
    by_key.claim,
    by_key.load_number
from {{ mapping_changes }} as by_key
where
    {{ condition }}
    and by_key.match_type = {{ key }}.match_type
    and by_key.alias_name = {{ key }}.alias_name
    and {{ is_of_kind }}
    and by_key.line_no > 0
union all
{%- endfor %}
select
    repeat.load_id,
    repeat.line_no,
    by_key.source,
    by_key.alias_text,
    by_key.key_version,
    by_key.company_id,
    'unchanged' as outcome,
    null as rule,
    'repeated' as claim,
    repeat.load_number
from {{ mapping_changes }} as by_key
{{ company_enrichment.mapping_repeat('by_key', mapping_changes) }}
where
    {{ condition }}
    and by_key.match_type = {{ key }}.match_type
    and by_key.alias_name = {{ key }}.alias_name
    and {{ company_enrichment.indexed_claims('by_key')['counting'] }}
{%- endmacro %}
