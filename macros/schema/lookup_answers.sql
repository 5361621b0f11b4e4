{% macro lookup_answers() %}
{#-
  DDL of lookup_answers: every answer of a registry; append-only. not_accepted: it knows similar names only. unusable: it knows
  the company, but what it gives for its id is none. Owner: worker and online resolver.

  match_basis says what a company that was found rests on: exact (the registry knows it by this very name), former_name,
  other_name (a short, foreign or trade name that the registry holds of it), similar (likeness, whatever its score). It decides
  which differences of the names forbid the answer (veto_of_answers()). NULL where no company was found.

  ended_at says since when an answer spares nobody asking again although it is young: somebody has asked for the name again
  (ask_again()), or the rules of names have given it another key. NULL for almost all.
-#}
create table if not exists {{ target.schema }}.lookup_answers (
    answer_id bigint generated always as identity primary key,
    provider text not null,
    asked_name text not null,
    normalized_name text not null,
    outcome text not null check (outcome in ('found', 'not_found', 'not_accepted', 'unusable')),
    company_id text,
    company_name text,
    confidence numeric(5, 4) check (confidence between 0 and 1),
    match_basis text check (match_basis in ('exact', 'former_name', 'other_name', 'similar')),
    evidence jsonb not null default '{}',
    request_id bigint,
    answered_at timestamptz not null default now(),
    ended_at timestamptz,
    key_version text not null default {{ target.schema }}.company_name_key_version(),
    changed_in xid8 not null default pg_current_xact_id(),
    constraint lookup_answers_found check ((outcome = 'found') = (company_id is not null and confidence is not null))
)
;
create index if not exists lookup_answers_name
on {{ target.schema }}.lookup_answers (normalized_name, answered_at)
;
{{ company_enrichment.renewed_changed_in('lookup_answers') }}
{% endmacro %}
