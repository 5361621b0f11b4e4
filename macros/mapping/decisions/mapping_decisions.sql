{% macro mapping_decisions(records, loads, corrected_aliases, company_id_corrections, mapping_changes, since=none) %}
{#-
  What each landed mapping row does, and what becomes of the aliases that a load withdraws, as a query: the rule of
  mapping_changes. plan_mapping_load() is rendered from it, too, over what is landed and the load that is planned.

  Loads are taken in the order in which a run first sees them, and numbered. What a source says of a key is its claim;
  of several claims, that of the source with the highest priority is in force, or, among equals, the latest (the rule
  is in mapping_claims()). A correction outranks them all: an alias that it holds stays with
  its company, and a row that names a company id that it has replaced is a conflict, or, where nobody else has claimed
  the key and the two ids are one company's, an alias of the company that took its place.

  Arguments
    records                 the landed rows; a query in parentheses will do, for this and for loads
    loads                   the loads that they came with, and those that take others back
    corrected_aliases       the aliases that corrections hold
    company_id_corrections  the corrections
    mapping_changes         what was decided before, which is not decided again; a CTE of no_mapping_changes() when nothing was
    since                   what watermark() returned; none to look at every row
-#}
with

landed as materialized (

    {{ company_enrichment.landed_rows(records, loads, mapping_changes, since) | indent(4) }}

),

undo_loads as materialized (

    {{ company_enrichment.numbered_undos(loads, mapping_changes, since) | indent(4) }}

),

-- They have no effect, and are not complete loads either.
undone_loads as materialized (

    {{ company_enrichment.undone_when_landed('landed', loads) | indent(4) }}

),

validated as materialized (

    {{ company_enrichment.validated_rows('landed', 'undo_loads', 'undone_loads', mapping_changes) | indent(4) }}

),

replacing_loads as materialized (

    select distinct
        load_id,
        source,
        load_number,
        load_landed_at
    from validated
    where mode = 'replace_source' and load_id not in (select undone_loads.load_id from undone_loads)

),

-- What sources say of a key without the load that is undone.
taken_back as materialized (

    {{ company_enrichment.claims_taken_back('undo_loads', mapping_changes, loads, company_id_corrections) | indent(4) }}

),

-- Keys of which a complete load withdraws its source's claim.
absent as materialized (

    {{ company_enrichment.absent_keys('replacing_loads', 'validated', 'taken_back', mapping_changes) | indent(4) }}

),

-- What only repeats a claim needs no deciding.
said_again as materialized (

    {{ company_enrichment.said_again(
        'validated', 'absent', 'taken_back', mapping_changes, corrected_aliases, company_id_corrections) | indent(4) }}

),

statements as (

    {{ company_enrichment.mapping_statements(
        'validated', 'said_again', 'replacing_loads', 'absent', 'undo_loads', 'taken_back') | indent(4) }}

),

pending as materialized (

    {{ company_enrichment.corrected_statements('statements', corrected_aliases, company_id_corrections) | indent(4) }}

),

standing as materialized (

    {{ company_enrichment.claims_standing('pending', mapping_changes, company_id_corrections) | indent(4) }}

),

contested_statements as (

    {{ company_enrichment.contested_statements('pending', 'standing') | indent(4) }}

),

contested as (

    {{ company_enrichment.contested_claims('contested_statements') | indent(4) }}

),

decided as (

    {{ company_enrichment.decided_statements('pending', 'standing', 'contested') | indent(4) }}

),

judged as (

    {{ company_enrichment.judged_statements('decided') | indent(4) }}

)

{{ company_enrichment.rows_of_changes('judged', 'validated', 'said_again') }}
{%- endmacro %}
