"""Guards of the project as a package of another one."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, package_mutant

RECORDS_SINCE = "macros/records/records_since.sql"

MUTANTS: list[Mutant] = [
    package_mutant(
        "package: a run that selects nothing of ours",
        "leave_the_database_alone",
        Edit("macros/runs/begin_run.sql", "        and company_enrichment.selects_ours(selected_resources) -%}", "-%}"),
    ),
    package_mutant(
        "package: mapping seeds are ours",
        "leave_the_database_alone",
        Edit("macros/runs/selects_ours.sql", " or (parts[0] == 'seed' and parts[2] in mapping_seeds)"),
    ),
    package_mutant(
        "package: overlap",
        "less_the_overlap",
        Edit(RECORDS_SINCE, "(seen.through - {{ given.overlap }})::text", "seen.through::text"),
    ),
    package_mutant(
        "package: the greatest changed_at has become smaller",
        "less_the_overlap",
        Edit(RECORDS_SINCE, "\nwhere seen.through <= (select max(changed_in) from {{ records }})"),
    ),
    package_mutant(
        "package: rows that do not say when they changed",
        "less_the_overlap",
        Edit("models/resolution/customer_record_keys.sql", " or record.changed_in is null"),
    ),
    package_mutant(
        "package: another relation is read as a whole",
        "read_as_a_whole",
        Edit("macros/tables/rules_in_force.sql", "{% if given %}", "{% if false %}"),
    ),
    package_mutant(
        "package: refused before anything is deployed",
        "stand_elsewhere",
        Edit("macros/runs/begin_run.sql", "    {%- do company_enrichment.refuse_relocated_models() -%}\n"),
    ),
    package_mutant(
        "package: faults of the relation",
        "all_of_its_faults",
        Edit("macros/settings/var_faults.sql", " and value is mapping and value -%}", " and false -%}"),
    ),
]
