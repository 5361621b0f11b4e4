{% macro record_correction(decision, undone, covered) %}
{#-
  Enters a decision in company_id_corrections, and the aliases that it holds in corrected_aliases. Returns its number.

  Arguments
    decision  what checked_correction() returned
    undone    the correction that the decision undoes, or none
    covered   query of the aliases that it moves
-#}
{%- set schema = target.schema -%}
{%- set from, to = company_enrichment.quoted(decision.from), company_enrichment.quoted(decision.to) -%}
{%- call company_enrichment.run_sql() -%}
create temporary table correction_covers on commit drop as
{{ covered }}
{%- endcall -%}
{%- set recorded -%}
insert into {{ schema }}.company_id_corrections
    (from_company_id, to_company_id, kind, covers, reason, current_company_id, undoes)
values (
    {{ from }},
    {{ to }},
    {{ company_enrichment.quoted(decision.kind) }},
    '{{ 'aliases' if decision.aliases else 'company' }}',
    {{ company_enrichment.quoted(decision.reason) }},
    {{ to }},
    {{ undone or 'null' }}
)
returning correction_id
{%- endset -%}
{%- set correction_id = company_enrichment.value_of(recorded) -%}
{%- if undone -%}
    {%- do company_enrichment._release_aliases(correction_id, undone) -%}
{%- elif decision.kind == 'corrected' -%}
    {%- do company_enrichment._hold_aliases(correction_id, to) -%}
{%- endif -%}
{%- do company_enrichment.follow_corrections() -%}
{{- return(correction_id) -}}
{% endmacro %}

{% macro _hold_aliases(correction_id, to) %}
{#- The aliases in correction_covers are held by a correction, and no longer by those before it. -#}
{%- set schema = target.schema -%}
{%- call company_enrichment.run_sql() -%}
update {{ schema }}.corrected_aliases as held
set superseded_by = {{ correction_id }}
from correction_covers as covered
where
    held.superseded_by is null
    and covered.match_type = held.match_type
    and covered.alias_name = held.alias_name
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
insert into {{ schema }}.corrected_aliases
    (match_type, alias_name, correction_id, alias_text, company_id, key_version)
select
    match_type,
    alias_name,
    {{ correction_id }},
    alias_text,
    {{ to }},
    coalesce(key_version, {{ schema }}.company_name_key_version())
from correction_covers
{%- endcall -%}
{% endmacro %}

{% macro _release_aliases(correction_id, undone) %}
{#-
  The aliases in correction_covers are no longer held by a correction that is undone. What that one had superseded holds
  again, unless a later one has come between.
-#}
{%- set schema = target.schema -%}
{%- call company_enrichment.run_sql() -%}
update {{ schema }}.corrected_aliases as held
set superseded_by = {{ correction_id }}
from correction_covers as covered
where
    held.correction_id = {{ undone }}
    and held.superseded_by is null
    and covered.match_type = held.match_type
    and covered.alias_name = held.alias_name
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
update {{ schema }}.corrected_aliases as earlier
set superseded_by = nullif(undone.superseded_by, {{ correction_id }})
from {{ schema }}.corrected_aliases as undone
where
    undone.correction_id = {{ undone }}
    and undone.superseded_by is not null
    and earlier.superseded_by = {{ undone }}
    and earlier.match_type = undone.match_type
    and earlier.alias_name = undone.alias_name
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
update {{ schema }}.company_id_corrections as correction
set undone_by = {{ correction_id }}
where
    correction.correction_id = {{ undone }}
    and (
        correction.covers = 'company'
        or not exists (
            select from {{ schema }}.corrected_aliases as held
            where held.correction_id = {{ undone }} and held.superseded_by is null
        )
    )
{%- endcall -%}
{% endmacro %}
