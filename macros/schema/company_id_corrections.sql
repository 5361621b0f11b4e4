{% macro company_id_corrections() %}
{#-
  DDL of company_id_corrections: every decision that a company id was wrong, is another company's second id, or stood for
  several companies. Rows are never deleted; an undone one names the decision that undid it. Owner: correct_company_id.
-#}
create table if not exists {{ target.schema }}.company_id_corrections (
    correction_id bigint generated always as identity primary key,
    from_company_id text not null,
    to_company_id text not null,
    kind text not null check (kind in ('merged', 'corrected')),
    covers text not null check (covers in ('company', 'aliases')),
    reason text not null,
    current_company_id text not null,
    undoes bigint references {{ target.schema }}.company_id_corrections (correction_id),
    undone_by bigint references {{ target.schema }}.company_id_corrections (correction_id),
    decided_by text not null default session_user,
    decided_at timestamptz not null default now(),
    constraint company_id_corrections_two_companies check (from_company_id <> to_company_id)
)
;
create unique index if not exists company_id_corrections_one_in_force
on {{ target.schema }}.company_id_corrections (from_company_id)
where covers = 'company' and undoes is null and undone_by is null
{% endmacro %}
